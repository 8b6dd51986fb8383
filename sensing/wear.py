"""What has been used up since the last maintenance (notice, annex 1, table 1, lines 1, 3, 4, 6 and 7).

Where the gateway sends counters, they count; a counter that falls back was replaced or reset and counts from 0, and one
that jumps further than a lift can go in the time is a wrong reading: counting goes on from it, the jump left out. Where
it sends none, runs (关门-运行-开门), door cycles, seconds of motion and rope bends are counted from the car's state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sensing.moments import Ms  # noqa: TC001 - read at run time, to bring the state back from JSON

if TYPE_CHECKING:
    from sensing.events import Counters

FASTEST: Final = {"runs": 0.2, "door_cycles": 0.35, "running_s": 1.0, "distance_m": 12.0, "rope_bends": 2.0}
"""Most a counter can grow in a second."""
SLACK_S: Final = 120
"""Gateways add up in steps: so many seconds' growth may come at once."""


@dataclass(frozen=True, slots=True)
class Meter:
    """One count since the last maintenance."""

    used: float = 0.0
    reading: int | None = None
    """Last reading of the gateway; None: it sends none, and we count."""
    read_at: Ms = 0
    by: str = ""
    """Event that last moved it."""


@dataclass(frozen=True, slots=True)
class Wear:
    """All counts. The field names are those of `Counters`."""

    runs: Meter = Meter()
    door_cycles: Meter = Meter()
    running_s: Meter = Meter()
    distance_m: Meter = Meter()
    rope_bends: Meter = Meter()

    def grown(self, by: str, **more: float) -> Wear:
        """Add what was seen of the car, where the gateway has no counter; `by` is the event that showed it."""
        changes = {}
        for name, grown in more.items():
            meter: Meter = getattr(self, name)
            if meter.reading is None:
                changes[name] = replace(meter, used=meter.used + grown, by=by)
        return replace(self, **changes)


def ran(wear: Wear, by: str, bends_per_run: float) -> Wear:
    """Count one run that was seen. Where the gateway counts runs, its readings bend the ropes."""
    return wear.grown(by, runs=1, rope_bends=bends_per_run if wear.runs.reading is None else 0)


def take(wear: Wear, counters: Counters, at: Ms, by: str, bends_per_run: float) -> Wear:
    """Take the gateway's readings."""
    changes: dict[str, Meter] = {}
    for name, fastest in FASTEST.items():
        reading = getattr(counters, name)
        if reading is not None:
            meter: Meter = getattr(wear, name)
            changes[name] = Meter(meter.used + _grown(meter, reading, at, fastest), reading, at, by)
    if "runs" in changes and "rope_bends" not in changes and wear.rope_bends.reading is None:
        bends = (changes["runs"].used - wear.runs.used) * bends_per_run
        changes["rope_bends"] = replace(wear.rope_bends, used=wear.rope_bends.used + bends, by=by)
    return replace(wear, **changes)


def _grown(meter: Meter, reading: int, at: Ms, fastest: float) -> int:
    if meter.reading is None:
        return 0
    grown = reading - meter.reading if reading >= meter.reading else reading
    possible = fastest * ((at - meter.read_at) / 1000 + SLACK_S)
    return grown if grown <= possible else 0
