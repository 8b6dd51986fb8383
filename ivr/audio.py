"""Sound files: WAV, 8 kHz, mono, 16 bit. Why not A-law: docs/decisions/008-prompts-are-linear-pcm.md."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soundfile

if TYPE_CHECKING:
    from pathlib import Path

Samples = npt.NDArray[np.float32]
"""Mono samples, full scale ±1."""

SoundError = soundfile.SoundFileError
"""A sound file cannot be read or written."""

RATE = 8000
"""Samples per second of every sound file."""

SUFFIX = ".wav"
"""File name extension by which Asterisk knows the format."""

_FRAME = RATE // 50  # 20 ms, the unit of a G.711 packet


def silence(seconds: float, rate: int = RATE) -> Samples:
    """Digital silence of the given length."""
    return np.zeros(round(seconds * rate), np.float32)


def read(path: Path) -> Samples:
    """Decode a sound file.

    Raises:
        SoundError: the file cannot be read.
    """
    samples: Samples = soundfile.read(path, dtype="float32")[0]
    return samples


def write(path: Path, samples: Samples) -> None:
    """Encode to a sound file, atomically: a player sees the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp makes 0600, and Asterisk may run as another user
        os.replace(name, path)  # noqa: PTH105 - a plain name from mkstemp
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise


def levels(samples: Samples) -> Samples:
    """RMS level of each 20 ms frame in dBFS."""
    whole = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    decibels: Samples = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return decibels


def speech_level(samples: Samples, floor: float = -40.0) -> float:
    """RMS level in dBFS of the frames above `floor`, so that pauses do not count."""
    loud = levels(samples)
    loud = loud[loud > floor]
    return float(10 * np.log10(np.mean(10 ** (loud / 10)))) if len(loud) else -120.0


def longest_silence(samples: Samples, floor: float = -45.0) -> float:
    """Seconds of the longest run of frames below `floor` dBFS."""
    longest = run = 0
    for quiet in levels(samples) < floor:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest * _FRAME / RATE


def peak(samples: Samples) -> float:
    """Highest sample in dBFS."""
    return float(20 * np.log10(max(float(np.max(np.abs(samples), initial=0.0)), 1e-6)))
