"""The process that speaks announcements: `python -m ivr.announce_worker`, started by `ivr.announce_queue`.

One JSON object per line: `{"file": …, "text": …}` in, `{"file": …, "error": … or null}` out. It ends
with its standard input. A process of its own, so that it can run at the lowest priority and be stopped
when it takes too long.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from ivr import audio
from ivr.announce import SPEED

_PRIORITY = 19  # nice level: alarms, then everything else, then announcements


def main() -> None:
    """Serve until standard input ends."""
    from ivr.speech.engine import SpeechError  # noqa: PLC0415 - absent without the extra
    from ivr.speech.speaker import speak  # noqa: PLC0415 - heavy, and absent without the extra

    os.nice(_PRIORITY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    for line in sys.stdin:
        order = json.loads(line)
        error = None
        try:
            audio.write(Path(order["file"]), speak(order["text"], "zh", SPEED))
        except (SpeechError, OSError, audio.SoundError) as problem:
            error = str(problem) or type(problem).__name__
        sys.stdout.write(json.dumps({"file": order["file"], "error": error}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
