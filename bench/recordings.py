"""Whether every call has a recording as long as itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bench.calls import Call

BYTES_PER_SECOND: Final = 8000 * 2 * 2
"""8 kHz, 16 bits, two channels (`MixMonitor` option D)."""


def differences(folder: Path, calls: Iterable[Call]) -> list[float]:
    """Return for each answered call how much longer than it its recording is, in seconds.

    Calls are matched with files by length: both sorted, the k-th shortest belongs to the k-th shortest. Asterisk's call ids
    are not on the wire; a recording that is missing or short shows all the same. A missing one counts as empty.
    """
    lengths = sorted(path.stat().st_size / BYTES_PER_SECOND for path in folder.glob("*.raw"))
    durations = sorted(call.ended - call.answered for call in calls if call.answered and call.ended)
    missing = max(0, len(durations) - len(lengths))
    lengths = [0.0] * missing + lengths
    return [float(one) for one in np.array(lengths[: len(durations)]) - np.array(durations)]


def clear(folder: Path) -> None:
    """Remove the recordings of a step: hundreds of them fill a disk."""
    for path in folder.glob("*.raw"):
        path.unlink()
