"""The audio itself: what the switch writes, what we keep, and what is in it.

Asterisk writes interleaved 16-bit little-endian samples, 8 kHz, two channels: left is what the passenger says,
right what the passenger hears. We keep WAV: every player, browser and court room opens it, and a byte range of
it is a time range.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soundfile as sf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SAMPLE_RATE = 8000
CHANNELS = PASSENGER, OTHERS = ("passenger", "others")
FRAME_BYTES = 2 * len(CHANNELS)
_BLOCK_FRAMES = SAMPLE_RATE * 30
_WINDOW_FRAMES = SAMPLE_RATE // 10
SILENCE_RMS = 32.0
"""A channel none of whose tenths of a second is louder is silent: -60 dBFS, above the hiss of idle G.711 A-law."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished file holds."""

    duration_ms: int
    bytes: int
    sha256: str
    silent: tuple[str, ...]
    """Names of the channels in which nothing is to be heard (see `CHANNELS`)."""


def raw_blocks(raw: Path) -> Iterator[NDArray[np.int16]]:
    """Yield the raw file's samples, one row for each frame. A torn last frame is left out."""
    with raw.open("rb") as file:
        while data := file.read(_BLOCK_FRAMES * FRAME_BYTES):
            whole = len(data) // FRAME_BYTES
            if whole:
                yield np.frombuffer(data, dtype="<i2", count=whole * len(CHANNELS)).reshape(-1, len(CHANNELS))


def loudest_windows(block: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return for each channel the RMS of its loudest tenth of a second in this block."""
    count = max(1, len(block) // _WINDOW_FRAMES)
    windows = np.array_split(block.astype(np.float64) ** 2, count)
    loudest: NDArray[np.float64] = np.max([window.mean(axis=0) for window in windows], axis=0)
    return np.sqrt(loudest)


def convert(raw: Path, target: Path) -> Measured:
    """Make the WAV from the raw file and put it in place atomically; return what it holds.

    The same raw file always gives the same bytes, so doing it again after a crash changes nothing. When this
    returns, the file and its name have reached the disk.

    Raises:
        FileNotFoundError: no raw file.
        OSError: the disk is full, or does not work.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    loudest = np.zeros(len(CHANNELS))
    frames = 0
    with sf.SoundFile(
        draft, "w", samplerate=SAMPLE_RATE, channels=len(CHANNELS), format="WAV", subtype="PCM_16"
    ) as wav:
        for block in raw_blocks(raw):
            wav.write(block)
            loudest = np.maximum(loudest, loudest_windows(block))
            frames += len(block)
    size, digest = _settle(draft)
    draft.replace(target)
    sync_folder(target.parent)
    return Measured(
        duration_ms=frames * 1000 // SAMPLE_RATE,
        bytes=size,
        sha256=digest,
        silent=_silent(loudest),
    )


def measure(finished: Path) -> Measured:
    """Return what a finished WAV holds.

    Raises:
        OSError: it cannot be read.
    """
    loudest = np.zeros(len(CHANNELS))
    with sf.SoundFile(finished) as wav:
        frames = wav.frames
        for block in wav.blocks(_BLOCK_FRAMES, dtype="int16", always_2d=True):
            loudest = np.maximum(loudest, loudest_windows(block))
    size, digest = _settle(finished)
    return Measured(frames * 1000 // SAMPLE_RATE, size, digest, _silent(loudest))


def _silent(loudest: NDArray[np.float64]) -> tuple[str, ...]:
    return tuple(name for name, level in zip(CHANNELS, loudest, strict=True) if level < SILENCE_RMS)


def _settle(path: Path) -> tuple[int, str]:
    """Bring the file to the disk; return its size and SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, after a rename or a deletion in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> str:
    """Return the file's SHA-256; raise `FileNotFoundError` when it is gone."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
