"""Signals without words: sine notes with soft edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr import audio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.audio import Samples

_LEVEL = 10 ** (-17 / 20)  # amplitude: -20 dBFS RMS, as loud as the speech
_EDGE = 0.008  # seconds of fade: no click


def tone(notes: Iterable[tuple[float, float]]) -> Samples:
    """Samples of a row of notes.

    Args:
        notes: (frequency in Hz, length in ms); frequency 0 is a pause.
    """
    return np.concatenate([_note(hertz, milliseconds / 1000) for hertz, milliseconds in notes])


def _note(hertz: float, seconds: float) -> Samples:
    if not hertz:
        return audio.silence(seconds)
    time = np.arange(round(seconds * audio.RATE)) / audio.RATE
    fade = np.clip(np.minimum(time, seconds - time) / _EDGE, 0, 1)
    samples: Samples = (_LEVEL * fade * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return samples
