"""Peaks of a recording, for drawing it without sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
import soundfile as sf

if TYPE_CHECKING:
    from pathlib import Path

_FULL_SCALE = 32768
_BLOCK_FRAMES = 240_000


class Waveform(TypedDict):
    """Peaks of both channels over equal parts of the recording."""

    sample_rate: int
    duration_ms: int
    part_ms: float
    passenger: list[float]
    others: list[float]


def peaks(path: Path, points: int = 1000) -> Waveform:
    """Return the largest amplitude (0 … 1) of each of up to `points` equal parts, for each channel.

    Raises:
        FileNotFoundError: the file is gone.
        ValueError: `points` is below 1.
    """
    if points < 1:
        raise ValueError("a waveform has at least one point")
    if not path.exists():
        raise FileNotFoundError(path)
    with sf.SoundFile(path) as file:
        rate, frames = file.samplerate, file.frames
        part = max(1, -(-frames // points))
        # Blocks end where parts end, so that no part is cut in two.
        block_frames = max(part, _BLOCK_FRAMES // part * part)
        rows = [
            np.abs(block[begin : begin + part].astype(np.int32)).max(axis=0)
            for block in file.blocks(block_frames, dtype="int16", always_2d=True)
            for begin in range(0, len(block), part)
        ]
    table = np.round(np.array(rows, dtype=np.float64).reshape(len(rows), -1) / _FULL_SCALE, 4)
    left = table[:, 0].tolist() if rows else []
    right = table[:, -1].tolist() if rows else []
    return Waveform(
        sample_rate=rate,
        duration_ms=frames * 1000 // rate,
        part_ms=part * 1000 / rate,
        passenger=left,
        others=right,
    )
