"""What follows when a reading is believed: trips, runs and door cycles are counted, the car is shut from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sensing import presence as person
from sensing import wear
from sensing.car import SUPPRESSING, still_since
from sensing.events import Direction, Door
from sensing.moments import Ms, seconds
from sensing.signals import Reading, settled, settles_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.thresholds import Thresholds
    from sensing.track import Track

_FLOOR_SETTLE_S: Final = 2
_SEEN_LATE: Final[Ms] = 60_000
_DELAYS: Final = {
    "moving": "moving_settle_s",
    "direction": "moving_settle_s",
    "door": "door_settle_s",
    "zone": "zone_settle_s",
    "mode": "mode_settle_s",
    "safety_open": "safety_settle_s",
    "mains_lost": "power_settle_s",
}


def deadlines(track: Track, thresholds: Thresholds) -> Iterator[Ms]:
    """Give the moments at which something will be believed if nothing else is reported."""
    car = track.car
    for _name, reading, delay in _readings(track, thresholds):
        if (at := settles_at(reading, delay)) is not None:
            yield at
    if car.presence is not None:
        for turn in (person.turns_at(car.presence), person.calms_at(car.presence, thresholds.flaps_per_minute)):
            if turn is not None:
                yield turn


def settle(track: Track, thresholds: Thresholds) -> None:
    """Believe what has stood long enough at the track's moment."""
    for name, reading, delay in _readings(track, thresholds):
        due = settles_at(reading, delay)
        if due is not None and due <= track.at:
            believed = settled(reading)
            setattr(track.car, name, believed)
            _follow(track, name, reading, believed, thresholds)
    _settle_presence(track, thresholds)


def _readings(track: Track, thresholds: Thresholds) -> Iterator[tuple[str, Reading[Any], Ms]]:
    car = track.car
    for name, delay in _DELAYS.items():
        reading = getattr(car, name)
        if reading is not None and reading.raw != reading.value:
            yield name, reading, seconds(getattr(thresholds, delay))
    if car.floor is not None and car.floor.raw != car.floor.value:
        yield "floor", car.floor, seconds(_FLOOR_SETTLE_S)


def _follow(track: Track, name: str, before: Reading[Any], after: Reading[Any], thresholds: Thresholds) -> None:
    car = track.car
    match name:
        case "moving":
            car.moving_doors, car.lowest, car.highest = 0, None, None
            _motion(track, after.since, after.since - before.since, goes=after.value)
        case "direction" if car.moving is None and Direction.STOPPED in (before.value, after.value):
            _motion(track, after.since, after.since - before.since, goes=before.value is Direction.STOPPED)
        case "door":
            _door(track, before.value, after, thresholds)
        case "zone":
            car.zone_runs = 0
            car.zone_seen = car.zone_seen or after.value
            car.left_zone = car.left_zone or not after.value
            _follow_presence(track, thresholds)
        case "floor":
            floors = [one for one in (before.value, after.value, car.lowest, car.highest) if one is not None]
            car.lowest, car.highest = min(floors), max(floors)
        case "mode" if before.value in SUPPRESSING and after.value not in SUPPRESSING:
            car.free_since = after.since


def _motion(track: Track, at: Ms, lasted: Ms, *, goes: bool) -> None:
    """Begin or end a movement at `at`; `lasted` is how long the car did the other."""
    car = track.car
    floor = None if car.floor is None else car.floor.value
    if goes:
        track.ran = track.ran or (car.door is not None and car.door.value is not Door.OPEN)
        car.departed_from = floor
        car.left_zone = car.zone is not None and not car.zone.value
        return
    track.wear = track.wear.grown(track.by, running_s=lasted / 1000)
    nowhere = car.floor is None and car.zone is None
    if nowhere or car.left_zone or floor != car.departed_from:
        car.arrived_at, car.openings = at, 0
        car.door_trips += 1


def _door(track: Track, before: Door, after: Reading[Door], thresholds: Thresholds) -> None:
    """Count a run by 关门-运行-开门 (annex 1 section 七), and a door cycle by its closing."""
    car = track.car
    car.door_trips = 0
    if after.value is Door.OPEN:
        car.shut_since, car.last_open = None, after.since
        car.moving_doors += 1
        car.openings += 1
        if car.arrived_at is not None and car.openings == 1:
            car.zone_runs += 1
            car.people_runs += 1
        if track.ran:
            track.wear = wear.ran(track.wear, track.by, thresholds.bends_per_run)
            track.ran = False
    elif before is Door.OPEN or car.shut_since is None:
        car.shut_since = after.since
    if after.value is Door.CLOSED and track.opened:
        track.wear = track.wear.grown(track.by, door_cycles=1)
    track.opened = after.value is Door.OPEN or (track.opened and after.value is not Door.CLOSED)
    _follow_presence(track, thresholds)


def _follow_presence(track: Track, thresholds: Thresholds) -> None:
    if track.car.presence is not None:
        track.car.presence = person.move(track.car.presence, track.at, tau(track, thresholds))


def tau(track: Track, thresholds: Thresholds) -> Ms:
    """Say how quickly presence may follow its sensor: quickly where people can walk in and out."""
    door, zone = track.car.door, track.car.zone
    can_walk = door is not None and door.value is Door.OPEN and (zone is None or zone.value)
    return seconds(thresholds.presence_open_s if can_walk else thresholds.presence_shut_s)


def _settle_presence(track: Track, thresholds: Thresholds) -> None:
    car, at = track.car, track.at
    if car.presence is None:
        return
    turn = person.turns_at(car.presence)
    if turn is not None and turn <= at:
        car.presence = person.turned(car.presence, at, unseen=_impossible(track, thresholds))
        car.people_runs = 0
    calm = person.calms_at(car.presence, thresholds.flaps_per_minute)
    if calm is not None and calm <= at:
        car.presence = person.calmed(car.presence, at)


def _impossible(track: Track, thresholds: Thresholds) -> bool:
    """Say whether nobody can have come in: the car has been standing, shut, for a while, and was empty when that began.

    Whoever got in last and was seen only after the door had shut is seen within that while.
    """
    car = track.car
    still, presence = still_since(car, thresholds), car.presence
    if still is None or car.shut_since is None or presence is None:
        return False
    confined = max(still, car.shut_since)
    return presence.since <= confined and track.at - confined > _SEEN_LATE
