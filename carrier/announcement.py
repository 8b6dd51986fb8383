"""Renders what the carrier says in early media when a mobile is switched off: `python -m carrier.announcement`.

The file is in the repository; this needs the extra `speech` and runs only when the words change.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from carrier.config import SOUNDS

WORDS: Final = "您好，您拨打的电话已关机。"


def main() -> None:
    """Write `sounds/powered-off.wav`."""
    from ivr import audio  # noqa: PLC0415 — the extra `speech`, for this one run
    from ivr.speech.speaker import speak  # noqa: PLC0415

    audio.write(SOUNDS / "powered-off.wav", np.concatenate([speak(WORDS, "zh"), audio.silence(0.3)]))


if __name__ == "__main__":
    main()
