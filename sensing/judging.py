"""What holds at a moment: opens and closes episodes of entrapment, fault stop and sensors that are not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensing import entrapment, fault_stop
from sensing.car import OPENINGS_NOWHERE, facts, moving, people, people_stuck, stuck_limits, suppressed, way_out, zone
from sensing.episodes import Episode, begin, end, key, named
from sensing.events import AlarmSource
from sensing.moments import Ms, from_ms, seconds
from sensing.verdicts import Condition, Ending, Fact, People, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.entrapment import Suspicion
    from sensing.events import Alarm
    from sensing.thresholds import Thresholds
    from sensing.track import Track

ENTRAPMENT = key(Condition.ENTRAPMENT)
FAULT_STOP = key(Condition.FAULT_STOP)


def deadlines(track: Track, thresholds: Thresholds) -> Iterator[Ms]:
    """Give the moments at which an episode will open if nothing else is reported."""
    if ENTRAPMENT not in track.open:
        yield from (one.due for one in entrapment.suspicions(track.car, track.at, thresholds) if _heard(track, one))
        if FAULT_STOP not in track.open:
            yield from (one.due for one in fault_stop.suspicions(track.car, thresholds) if _heard(track, one))
    else:
        out = entrapment.release(track.car, track.open[ENTRAPMENT].since, thresholds)
        if out is not None:
            yield out.due
    if track.sound_since is not None:
        yield track.sound_since + seconds(thresholds.release_s)
    presence = track.car.presence
    if presence is not None:
        trips, after = stuck_limits(presence, thresholds)
        if track.car.people_runs >= trips:
            yield presence.since + seconds(after)


def judge(track: Track, thresholds: Thresholds) -> None:
    """Close what is over, then open what is due."""
    _entrapment(track, thresholds)
    _fault_stop(track, thresholds)
    _sensors(track, thresholds)


def alarm(track: Track, payload: Alarm, by: str, thresholds: Thresholds) -> None:
    """Take what a device on site says by its own judgement.

    Its word for an entrapment counts as one, except in a suppressing mode or with the door open at a landing.
    """
    word = (Fact("alarm", payload.code or payload.source.value, from_ms(track.at), by),)
    if payload.source is AlarmSource.ENTRAPMENT:
        current = track.open.get(ENTRAPMENT)
        if not payload.active:
            if current is not None and current.rule is Rule.DEVICE:
                end(track, ENTRAPMENT, Ending.DEVICE, word)
        elif current is None and not suppressed(track.car) and not way_out(track.car, thresholds):
            _open_entrapment(track, Rule.DEVICE, track.at, (*word, *facts(track.car)), ())
        return
    name = key(Condition.DEVICE_ALARM, payload.source.value)
    if payload.active and name not in track.open:
        who = people(track.car, track.at, thresholds)
        subject = payload.source.value
        begin(
            track,
            Episode(
                Condition.DEVICE_ALARM, subject, track.at, track.at, Rule.DEVICE, who, (*word, *facts(track.car)), ()
            ),
        )
        if payload.source is AlarmSource.BUTTON:  # a press has no end
            end(track, name, Ending.DEVICE, word)
    elif not payload.active and name in track.open:
        end(track, name, Ending.DEVICE, word)


def _heard(track: Track, suspicion: Suspicion) -> bool:
    return suspicion.heard_from is None or track.heard >= suspicion.heard_from


def _entrapment(track: Track, thresholds: Thresholds) -> None:
    if ENTRAPMENT in track.open:
        out = entrapment.release(track.car, track.open[ENTRAPMENT].since, thresholds)
        if out is None or out.due > track.at:
            return
        end(track, ENTRAPMENT, out.ending, facts(track.car), out.since)
    found = [one for one in entrapment.suspicions(track.car, track.at, thresholds) if _heard(track, one)]
    first = min(found, key=lambda one: one.due, default=None)
    if first is not None and first.due <= track.at:
        evidence, used = facts(track.car), named(thresholds, *first.thresholds)
        _open_entrapment(track, first.rule, first.since, evidence, used)


def _open_entrapment(
    track: Track, rule: Rule, since: Ms, evidence: tuple[Fact, ...], used: tuple[tuple[str, float], ...]
) -> None:
    begin(track, Episode(Condition.ENTRAPMENT, None, track.at, since, rule, People.PRESENT, evidence, used))
    track.entrapments = (*track.entrapments, track.at)
    track.entrapments_by = evidence[0].event


def _fault_stop(track: Track, thresholds: Thresholds) -> None:
    if FAULT_STOP in track.open:
        if fault_stop.lasts(track.car, thresholds):
            track.sound_since = None
            return
        track.sound_since = since = track.at if track.sound_since is None else track.sound_since
        if track.at < since + seconds(thresholds.release_s):
            return
        end(track, FAULT_STOP, Ending.EVIDENCE_GONE, facts(track.car), since)
        track.sound_since = None
    if ENTRAPMENT in track.open:
        return
    found = [one for one in fault_stop.suspicions(track.car, thresholds) if _heard(track, one)]
    first = min(found, key=lambda one: one.due, default=None)
    if first is not None and first.due <= track.at:
        who = people(track.car, track.at, thresholds)
        used = named(thresholds, *first.thresholds)
        begin(
            track,
            Episode(Condition.FAULT_STOP, None, track.at, first.since, first.rule, who, facts(track.car), used),
        )


def _sensors(track: Track, thresholds: Thresholds) -> None:
    car = track.car
    stuck = {
        "door": car.door is not None and car.door_trips >= thresholds.stuck_trips,
        "in_door_zone": car.zone_runs >= OPENINGS_NOWHERE and car.zone is not None and zone(car, thresholds) is None,
        "moving": car.moving is not None and moving(car, thresholds) is None,
        "people": people_stuck(car, track.at, thresholds),
    }
    flapping = car.presence is not None and car.presence.flapping
    for sensor, is_stuck in stuck.items():
        name = key(Condition.SENSOR, sensor)
        bad = is_stuck or (sensor == "people" and flapping)
        if bad is (name in track.open):
            continue
        if not bad:
            end(track, name, Ending.EVIDENCE_GONE, _only(track, sensor))
            continue
        rule = Rule.STUCK if is_stuck else Rule.FLAPPING
        used = named(thresholds, *_used(track, sensor, rule))
        who = people(car, track.at, thresholds)
        begin(track, Episode(Condition.SENSOR, sensor, track.at, track.at, rule, who, _only(track, sensor), used))


def _only(track: Track, sensor: str) -> tuple[Fact, ...]:
    return tuple(one for one in facts(track.car) if one.name == sensor)


def _used(track: Track, sensor: str, rule: Rule) -> tuple[str, ...]:
    if rule is Rule.FLAPPING:
        return ("flaps_per_minute",)
    if sensor != "people":
        return ("stuck_trips",)
    presence = track.car.presence
    occupied = presence is not None and presence.present
    return ("stuck_occupied_runs", "stuck_occupied_s") if occupied else ("stuck_empty_runs", "stuck_empty_s")
