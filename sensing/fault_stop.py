"""Fault stop (故障停机): a lift that cannot run, with nobody in it as far as is known.

| rule | and nobody is trapped, and | ends when |
|---|---|---|
| `between_floors` | the car stands outside the door zone | it moves, or is level again |
| `safety_circuit` | the safety circuit is open | it is closed |
| `door_half_open` | the door is neither open nor closed (半开故障) | it is |

Each waits `fault_stop_s`. None begins in inspection, fire or attendant mode, or while the lift is switched off; what
has begun does not end by that, for the mechanic who comes switches to inspection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensing.car import door, still_since, suppressed, zone
from sensing.entrapment import Suspicion
from sensing.events import Door, Mode
from sensing.moments import Ms, seconds
from sensing.verdicts import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.car import Car
    from sensing.thresholds import Thresholds


def suspicions(car: Car, thresholds: Thresholds) -> Iterator[Suspicion]:
    """Give the rules of which everything but the time is fulfilled."""
    if suppressed(car) or (car.mode is not None and car.mode.value is Mode.STOP):
        return
    began = max(car.free_since, car.mode.since if car.mode is not None else 0)
    for rule, since in _evidence(car, thresholds):
        start = max(since, began)
        due = start + seconds(thresholds.fault_stop_s)
        heard_from = due - seconds(thresholds.fresh_s) if rule is Rule.DOOR_HALF_OPEN else None
        yield Suspicion(rule, start, due, ("fault_stop_s",), heard_from)


def lasts(car: Car, thresholds: Thresholds) -> bool:
    """Say whether anything still keeps the lift from running, whatever its mode."""
    return any(True for _ in _evidence(car, thresholds))


def _evidence(car: Car, thresholds: Thresholds) -> Iterator[tuple[Rule, Ms]]:
    level, known = zone(car, thresholds), door(car, thresholds)
    still = still_since(car, thresholds)
    if still is not None and level is not None and not level.value:
        yield Rule.BETWEEN_FLOORS, max(still, level.since)
    if car.safety_open is not None and car.safety_open.value:
        yield Rule.SAFETY_CIRCUIT, car.safety_open.since
    if known is not None and known.value is Door.HALF_OPEN:
        yield Rule.DOOR_HALF_OPEN, known.since
