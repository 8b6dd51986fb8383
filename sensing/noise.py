"""Noise that goes on for hours (notice, annex 1, table 1, line 10: collected over 12 hours).

Reports are collected by the hour. Noise goes on when full hours were measured from the beginning of that time on, at
least half of them, and in every measured hour noise took half of the measured time or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sensing.moments import Ms  # noqa: TC001 - read at run time, to bring the state back from JSON

if TYPE_CHECKING:
    from sensing.events import Noise
    from sensing.thresholds import Thresholds

_HOUR: Final = 3_600_000
PERIOD_S: Final = 60
"""What a report stands for when it does not say."""
LEAST_S: Final = 600
"""An hour counts as measured from so much on."""
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Hour:
    """What was measured in one hour."""

    number: int
    """Hours since 1970."""
    measured_s: float
    noisy_s: float


def take(hours: tuple[Hour, ...], noise: Noise, at: Ms, thresholds: Thresholds) -> tuple[Hour, ...]:
    """Add a report; hours that are too long ago are dropped. While noise is muted nothing is collected."""
    if thresholds.noise_muted_until_s is not None and at < thresholds.noise_muted_until_s * 1000:
        return ()
    number = at // _HOUR
    period = noise.period_s or PERIOD_S
    noisy = bool(noise.abnormal) or (noise.level_db is not None and noise.level_db >= thresholds.noise_db)
    kept = {one.number: one for one in hours if number - one.number <= thresholds.noise_h}
    so_far = kept.get(number, Hour(number, 0, 0))
    kept[number] = Hour(number, so_far.measured_s + period, so_far.noisy_s + (period if noisy else 0))
    return tuple(kept[key] for key in sorted(kept))


def goes_on(hours: tuple[Hour, ...], thresholds: Thresholds) -> bool:
    """Say whether noise has gone on for the whole time before the hour that runs."""
    if not hours:
        return False
    measured = [one for one in hours if one.number < hours[-1].number and one.measured_s >= LEAST_S]
    reach_back = bool(measured) and measured[0].number <= hours[-1].number - thresholds.noise_h
    enough = reach_back and len(measured) >= thresholds.noise_h * HALF
    return enough and all(one.noisy_s >= one.measured_s * HALF for one in measured)
