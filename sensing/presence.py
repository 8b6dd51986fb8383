"""Is somebody in the car? A people sensor, smoothed by what is physically possible.

Infrared misses who stands still, and sees warm air. Nobody gets in or out of a shut car, so there one report says
little and presence follows its sensor slowly; with the door open it follows quickly. The score runs from 0 to 1 towards
what the sensor says (first order, time constant τ): present from 0.5 on, absent again below 0.2.

A sensor that changes all the time is believed neither way: its changes are counted by a leaky counter of one minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from sensing.moments import Ms  # noqa: TC001 - read at run time, to bring the state back from JSON

ON: Final = 0.5
OFF: Final = 0.2
_MINUTE: Final = 60_000
CALM: Final = 1 / 3
"""Share of the permitted changes below which a flapping sensor is believed again."""


@dataclass(frozen=True, slots=True)
class Presence:
    """The score, its level at `at`, and what follows from it."""

    raw: bool
    raw_since: Ms
    raw_by: str
    at: Ms
    score: float
    tau: Ms
    present: bool
    since: Ms
    """Since when `present` is what it is: when the sensor began to say so."""
    by: str
    """Event that made it so."""
    unseen: bool = False
    """It began in a standing, shut car."""
    flaps: float = 0.0
    flapping: bool = False


def begin(value: bool, at: Ms, by: str, tau: Ms) -> Presence:  # noqa: FBT001 - a sensor's value
    """Believe the first report: there is nothing to hold against it."""
    return Presence(value, at, by, at, float(value), tau, value, at, by)


def move(presence: Presence, at: Ms, tau: Ms) -> Presence:
    """Bring the score to a moment; from then on it follows with `tau`."""
    elapsed = at - presence.at
    target = float(presence.raw)
    score = target + (presence.score - target) * math.exp(-elapsed / presence.tau)
    return replace(presence, at=at, score=score, tau=tau, flaps=presence.flaps * math.exp(-elapsed / _MINUTE))


def report(presence: Presence, value: bool, at: Ms, by: str, flaps_per_minute: float) -> Presence:  # noqa: FBT001
    """Take a report of the sensor."""
    if value is presence.raw:
        return presence
    moved = move(presence, at, presence.tau)
    flaps = moved.flaps + 1
    return replace(
        moved, raw=value, raw_since=at, raw_by=by, flaps=flaps, flapping=presence.flapping or flaps > flaps_per_minute
    )


def turns_at(presence: Presence) -> Ms | None:
    """Say when presence will change if the sensor goes on saying the same."""
    if presence.raw is presence.present:
        return None
    ratio = (1 - presence.score) / (1 - ON) if presence.raw else presence.score / OFF
    return presence.at + max(0, math.ceil(presence.tau * math.log(ratio))) if ratio > 0 else presence.at


def turned(presence: Presence, at: Ms, *, unseen: bool) -> Presence:
    """Change presence, at the moment `turns_at` gave."""
    moved = move(presence, at, presence.tau)
    return replace(
        moved, present=presence.raw, since=presence.raw_since, by=presence.raw_by, unseen=presence.raw and unseen
    )


def calms_at(presence: Presence, flaps_per_minute: float) -> Ms | None:
    """Say when a flapping sensor will be believed again."""
    if not presence.flapping:
        return None
    ratio = presence.flaps / (flaps_per_minute * CALM)
    return presence.at + (max(0, math.ceil(_MINUTE * math.log(ratio))) if ratio > 0 else 0)


def calmed(presence: Presence, at: Ms) -> Presence:
    """Believe it again."""
    return replace(move(presence, at, presence.tau), flapping=False)
