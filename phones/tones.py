"""Sounds to send: tones that tell who speaks, and a chirp that tells when."""

from __future__ import annotations

from typing import Final

import numpy as np

from phones.measure import Audio

RATE: Final = 8000
CHIRP_FROM_HZ: Final = 400.0
CHIRP_TO_HZ: Final = 3000.0


def tone(hertz: float, seconds: float, level_db: float = -12.0) -> Audio:
    """A sine; 0 dB is full scale."""
    instants = np.arange(round(seconds * RATE)) / RATE
    return Audio((10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * instants))[np.newaxis, :], RATE)


def silence(seconds: float) -> Audio:
    """Nothing."""
    return Audio(np.zeros((1, round(seconds * RATE))), RATE)


def chirp(seconds: float = 0.5, level_db: float = -6.0) -> Audio:
    """A marker that sweeps through the telephone band: its place in a recording is found to the sample."""
    instants = np.arange(round(seconds * RATE)) / RATE
    slope = (CHIRP_TO_HZ - CHIRP_FROM_HZ) / seconds
    phase = 2 * np.pi * (CHIRP_FROM_HZ * instants + slope / 2 * instants**2)
    return Audio((10 ** (level_db / 20) * np.sin(phase))[np.newaxis, :], RATE)


def joined(*parts: Audio) -> Audio:
    """One after the other."""
    return Audio(np.concatenate([part.channels for part in parts], axis=1), RATE)
