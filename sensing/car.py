"""The car as it is believed to be: settled readings, presence, and since when people in it could not get out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sensing.events import CarState, Direction, Door, Mode, Power, PowerState, SafetyCircuit
from sensing.moments import Ms, from_ms, seconds
from sensing.presence import Presence  # noqa: TC001 - read at run time, to bring the state back from JSON
from sensing.signals import Reading, T
from sensing.signals import report as read
from sensing.verdicts import Fact, People

if TYPE_CHECKING:
    from sensing.thresholds import Thresholds

SUPPRESSING: Final = frozenset({Mode.INSPECTION, Mode.FIRE, Mode.ATTENDANT})
"""Modes in which somebody who knows the lift is with it: people in a standing car are no entrapment then."""

COASTING: Final[Ms] = 5000
"""A car without power or safety circuit may still be reported as moving for so long."""

FLOORS_OF_A_STANDING_CAR: Final = 3
"""A car that stands does not pass so many floors. Less may be a wrong floor, above or below the right one."""

OPENINGS_NOWHERE: Final = 2
"""A door opens so often outside a door zone only by a wrong sensor: people who force one do so once."""


@dataclass(slots=True)
class Car:
    """Everything known of the car. Changed in place, by `sensing.track` alone, which works on a copy."""

    floor: Reading[int] | None = None
    direction: Reading[Direction] | None = None
    moving: Reading[bool] | None = None
    door: Reading[Door] | None = None
    zone: Reading[bool] | None = None
    mode: Reading[Mode] | None = None
    safety_open: Reading[bool] | None = None
    mains_lost: Reading[bool] | None = None
    presence: Presence | None = None
    shut_since: Ms | None = None
    """Since when the door has not been open, whether closed or half open."""
    last_open: Ms | None = None
    """When the door last opened."""
    departed_from: int | None = None
    """Floor on which the last movement began."""
    left_zone: bool = False
    """It has been outside the door zone in this movement."""
    arrived_at: Ms | None = None
    """When the last trip ended: a movement that led somewhere, not a jerk or a wrong report."""
    openings: int = 0
    """Times the door opened since then."""
    free_since: Ms = 0
    """Since when no suppressing mode has been on."""
    zone_seen: bool = False
    """It has been in the door zone: that sensor can say so."""
    door_trips: int = 0
    """Trips since the door last changed."""
    zone_runs: int = 0
    """Runs, that is trips after which the door opened, since the door zone last changed."""
    people_runs: int = 0
    """The same for the people sensor."""
    moving_doors: int = 0
    """Times the door opened since `moving` last changed."""
    lowest: int | None = None
    """Lowest and highest floor since `moving` last changed."""
    highest: int | None = None


def take(car: Car, payload: CarState | SafetyCircuit | Power, at: Ms, by: str) -> None:
    """Take a report into all readings but presence, which needs to know how quickly it may follow."""
    match payload:
        case CarState():
            if car.door is None and payload.door not in {None, Door.OPEN}:
                car.shut_since = at
            car.floor = _read(car.floor, payload.floor, at, by)
            car.direction = _read(car.direction, payload.direction, at, by)
            car.moving = _read(car.moving, payload.moving, at, by)
            car.door = _read(car.door, payload.door, at, by)
            car.zone = _read(car.zone, payload.in_door_zone, at, by)
            car.zone_seen = car.zone_seen or (car.zone is not None and car.zone.value)
            car.mode = _read(car.mode, payload.mode, at, by)
        case SafetyCircuit():
            car.safety_open = _read_fault(car.safety_open, payload.open, at, by)
        case Power():
            car.mains_lost = _read_fault(car.mains_lost, payload.state is not PowerState.RESTORED, at, by)


def _read(reading: Reading[T] | None, value: T | None, at: Ms, by: str) -> Reading[T] | None:
    return reading if value is None else read(reading, value, at, by)


def _read_fault(reading: Reading[bool] | None, value: bool, at: Ms, by: str) -> Reading[bool]:  # noqa: FBT001
    """Read what speaks up only in trouble: until its first report there was none."""
    return read(read(None, False, at, by) if reading is None else reading, value, at, by)  # noqa: FBT003


def door(car: Car, thresholds: Thresholds) -> Reading[Door] | None:
    """Give the door, or None when there is no sensor or it never changes."""
    return None if car.door is None or car.door_trips >= thresholds.stuck_trips else car.door


def zone(car: Car, thresholds: Thresholds) -> Reading[bool] | None:
    """Give whether the car is level with a landing, or None when that is not known.

    A sensor stuck at "no" is found soon: it has never said "yes", or the door has opened after two trips all the same.
    """
    if car.zone is None:
        return None
    if car.zone.value:
        stuck = car.zone_runs >= thresholds.stuck_trips
    else:
        stuck = not car.zone_seen or car.zone_runs >= OPENINGS_NOWHERE
    return None if stuck else car.zone


def moving(car: Car, thresholds: Thresholds) -> Reading[bool] | None:
    """Give whether the car moves as its sensor says, or None when there is none or it never changes.

    One stuck at "moves" is found by doors that open again and again, one stuck at "stands" by floors that go by.
    """
    if car.moving is None:
        return None
    if car.moving.value:
        stuck = car.moving_doors >= thresholds.stuck_trips
    else:
        stuck = (car.highest or 0) - (car.lowest or 0) >= FLOORS_OF_A_STANDING_CAR
    return None if stuck else car.moving


def people_stuck(car: Car, at: Ms, thresholds: Thresholds) -> bool:
    """Say whether the people sensor has not changed over so many runs and so long that it cannot be true."""
    if car.presence is None:
        return False
    trips, after = stuck_limits(car.presence, thresholds)
    return car.people_runs >= trips and at - car.presence.since >= seconds(after)


def stuck_limits(presence: Presence, thresholds: Thresholds) -> tuple[float, float]:
    """Give the runs, and the seconds, after which what the people sensor says cannot be true any more."""
    if presence.present:
        return thresholds.stuck_occupied_runs, thresholds.stuck_occupied_s
    return thresholds.stuck_empty_runs, thresholds.stuck_empty_s


def people(car: Car, at: Ms, thresholds: Thresholds) -> People:
    """Say whether somebody is in the car."""
    if car.presence is None or car.presence.flapping or people_stuck(car, at, thresholds):
        return People.UNKNOWN
    return People.PRESENT if car.presence.present else People.ABSENT


def suppressed(car: Car) -> bool:
    """Say whether somebody who knows the lift is with it."""
    return car.mode is not None and car.mode.value in SUPPRESSING


def still_since(car: Car, thresholds: Thresholds) -> Ms | None:
    """Say since when the car stands; None when it moves, or nobody knows.

    Without a sensor of movement, a direction of `stopped` means standing, and failing that, floor and door zone that do
    not change. Without mains, or with its safety circuit open, a car stands whatever was said of it before.
    """
    halts = [one.since for one in (car.mains_lost, car.safety_open) if one is not None and one.value]
    sensor = moving(car, thresholds)
    if sensor is not None:
        if not sensor.value:
            return sensor.since
        since = [halt for halt in halts if sensor.seen < halt + COASTING]
    elif car.direction is not None:
        if car.direction.value is Direction.STOPPED:
            return car.direction.since
        since = [halt for halt in halts if car.direction.seen < halt + COASTING]
    else:
        since = [max(one.since for one in (car.floor, car.zone) if one is not None)] if car.floor or car.zone else halts
    return min(since, default=None)


def way_out(car: Car, thresholds: Thresholds) -> bool:
    """Say whether the door is open where it leads out, as far as is known."""
    known, level = door(car, thresholds), zone(car, thresholds)
    return known is not None and known.value is Door.OPEN and (level is None or level.value)


def facts(car: Car) -> tuple[Fact, ...]:
    """Give everything that is believed, each with the event that said so."""
    readings: dict[str, Reading[Any] | None] = {
        "door": car.door,
        "moving": car.moving,
        "in_door_zone": car.zone,
        "floor": car.floor,
        "direction": car.direction,
        "mode": car.mode,
        "safety_circuit_open": car.safety_open,
        "mains_lost": car.mains_lost,
    }
    found = [Fact(name, _word(one.value), from_ms(one.since), one.by) for name, one in readings.items() if one]
    if car.presence is None:
        return tuple(found)
    presence = car.presence
    return (Fact("people", _word(presence.present), from_ms(presence.since), presence.by), *found)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
