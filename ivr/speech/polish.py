"""From the model's 24 kHz samples to even, loud telephone speech at 8 kHz."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

from ivr import audio

if TYPE_CHECKING:
    from ivr.audio import Samples

LEVEL = -20.0
"""Speech level of every sound file in dBFS (pauses not counted)."""

CEILING = -3.5
"""Highest sample in dBFS; A-law adds a little of its own."""

_QUIET = -42.0  # dBFS after levelling: below this a frame is a pause
_FRAME = audio.RATE // 50


def _frames_kept(samples: Samples, longest_pause: float) -> Samples:
    """Drop silence at both ends, and the middle of pauses longer than `longest_pause` seconds."""
    quiet = audio.levels(samples) < _QUIET
    if quiet.all():
        return samples[:0]
    first, last = int(np.argmin(quiet)), len(quiet) - int(np.argmin(quiet[::-1]))
    # one frame more on either side: consonants begin softly
    first, last = max(first - 1, 0), min(last + 1, len(quiet))
    half = int(longest_pause * audio.RATE / _FRAME / 2)
    keep = np.zeros(len(quiet), bool)
    keep[first:last] = True
    start = None
    for index in range(first, last + 1):
        if index < last and quiet[index]:
            start = index if start is None else start
        elif start is not None:
            keep[start + half : max(start + half, index - half)] = False
            start = None
    kept: Samples = samples[: len(quiet) * _FRAME].reshape(-1, _FRAME)[keep].ravel()
    return kept


def _limited(samples: Samples) -> Samples:
    """Bend peaks below the ceiling instead of cutting them off."""
    ceiling, knee = 10 ** (CEILING / 20), 10 ** ((CEILING - 5) / 20)
    size = np.abs(samples)
    room = ceiling - knee
    bent = knee + room * np.tanh((size - knee) / room)
    limited: Samples = np.where(size > knee, np.sign(samples) * bent, samples).astype(np.float32)
    return limited


def levelled(samples: Samples) -> Samples:
    """The same sound at the level every sound file has."""
    return (samples * 10 ** ((LEVEL - audio.speech_level(samples)) / 20)).astype(np.float32)


def polished(samples: Samples, rate: int, longest_pause: float = 0.4) -> Samples:
    """Resample to 8 kHz, level, limit, trim the ends, shorten long pauses.

    Args:
        samples: mono speech.
        rate: its samples per second.
        longest_pause: pauses inside are cut to this many seconds.
    """
    narrow = soxr.resample(samples, rate, audio.RATE, quality="VHQ").astype(np.float32)
    narrow -= np.float32(np.mean(narrow))
    # Levels count frames above a fixed floor, so a quiet voice needs a second pass to land on the target.
    narrow = levelled(levelled(narrow))
    return _frames_kept(_limited(narrow), longest_pause)
