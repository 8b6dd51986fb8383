"""One lift's events, folded in the order in which they happened.

A track knows nothing of arrival: it is a function of the events, in their order, and of the moment up to which time has
passed. Time passes in steps from one deadline to the next (a reading is believed, a waiting time is over), never at the
moment somebody looks; so it does not matter how often, or when, that is.

`Track` is changed in place, and only here and in what this module calls; `sensing.detection` hands out copies.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from pydantic import PlainSerializer, PlainValidator

from sensing import battery, judging, noise, presence, settling, upkeep, wear
from sensing.battery import Battery
from sensing.car import Car, take
from sensing.episodes import Episode  # noqa: TC001 - read at run time, to bring the state back from JSON
from sensing.events import (
    Alarm,
    CarState,
    Counters,
    Event,
    MalformedEventError,
    Noise,
    Power,
    SafetyCircuit,
    from_json,
    to_json,
)
from sensing.moments import Ms, to_ms
from sensing.noise import Hour  # noqa: TC001 - likewise
from sensing.wear import Wear

if TYPE_CHECKING:
    from sensing.thresholds import Thresholds


def _event(document: object) -> Event:
    if isinstance(document, Event):
        return document
    try:
        return from_json(document)
    except MalformedEventError as error:
        raise ValueError(str(error)) from None


Place = tuple[Ms, int, str, str]
"""Where an event belongs: the moment, sequence, gateway and id."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its place."""

    place: Place
    event: Annotated[Event, PlainSerializer(to_json), PlainValidator(_event)]

    @property
    def at(self) -> Ms:
        """When it happened."""
        return self.place[0]


def placed(event: Event) -> Placed:
    """Put an event into the order in which events happened."""
    sequence = -1 if event.sequence is None else event.sequence
    return Placed((to_ms(event.occurred_at), sequence, event.gateway, event.event_id), event)


@dataclass(slots=True)
class Track:
    """Everything that follows from the events so far."""

    at: Ms = 0
    """Last event or deadline."""
    last: Place | None = None
    """Last event."""
    by: str = ""
    """Its `gateway/event id`."""
    heard: Ms = 0
    car: Car = field(default_factory=Car)
    ran: bool = False
    """It has moved since the door was shut."""
    opened: bool = False
    """The door has been open and not yet closed again."""
    battery: Battery = field(default_factory=Battery)
    wear: Wear = field(default_factory=Wear)
    noise: tuple[Hour, ...] = ()
    noise_by: str = ""
    entrapments: tuple[Ms, ...] = ()
    """When they were detected, as far back as they count."""
    entrapments_by: str = ""
    maintained_at: Ms | None = None
    """Last maintenance; before the first one that is told, the first event."""
    maintained_by: str = ""
    sound_since: Ms | None = None
    """Since when nothing keeps the lift from running, while a fault stop is open."""
    due: Ms | None = None
    """When something follows although nothing is reported; None: never."""
    open: dict[str, Episode] = field(default_factory=dict)
    over: tuple[Episode, ...] = ()

    def copy(self) -> Track:
        """Give one that can be changed without changing this one."""
        twin = copy.copy(self)
        twin.car = copy.copy(self.car)
        return twin


def advance(track: Track, until: Ms, thresholds: Thresholds) -> None:
    """Let time pass."""
    while track.due is not None and track.due <= until:
        track.at = max(track.at, track.due)
        _follow(track, thresholds)


def apply(track: Track, one: Placed, thresholds: Thresholds) -> None:
    """Take the next event; it is not before the last one."""
    event = one.event
    advance(track, one.at, thresholds)
    track.at = track.heard = one.at
    track.last = one.place
    by = track.by = f"{event.gateway}/{event.event_id}"
    if track.maintained_at is None:
        track.maintained_at, track.maintained_by = track.at, by
    _take(track, event, by, thresholds)
    _follow(track, thresholds)


def _take(track: Track, event: Event, by: str, thresholds: Thresholds) -> None:
    match event.payload:
        case CarState() as state:
            take(track.car, state, track.at, by)
            if state.people is not None or state.people_count is not None:
                _people(track, bool(state.people) or bool(state.people_count), by, thresholds)
        case SafetyCircuit() as circuit:
            take(track.car, circuit, track.at, by)
        case Power() as power:
            take(track.car, power, track.at, by)
            track.battery = battery.take(track.battery, power, by, thresholds)
        case Counters() as counters:
            track.wear = wear.take(track.wear, counters, track.at, by, thresholds.bends_per_run)
        case Noise() as report:
            track.noise = noise.take(track.noise, report, track.at, thresholds)
            track.noise_by = by
        case Alarm() as alarm:
            judging.alarm(track, alarm, by, thresholds)
        case _:  # a heartbeat or a picture: the gateway was heard
            pass


def _people(track: Track, value: bool, by: str, thresholds: Thresholds) -> None:  # noqa: FBT001 - a sensor's value
    car = track.car
    if car.presence is None:
        car.presence = presence.begin(value, track.at, by, settling.tau(track, thresholds))
    else:
        car.presence = presence.report(car.presence, value, track.at, by, thresholds.flaps_per_minute)


def _follow(track: Track, thresholds: Thresholds) -> None:
    settling.settle(track, thresholds)
    judging.judge(track, thresholds)
    upkeep.judge(track, thresholds)
    track.due = _next_deadline(track, thresholds)


def _next_deadline(track: Track, thresholds: Thresholds) -> Ms | None:
    found = [
        *settling.deadlines(track, thresholds),
        *(
            one
            for part in (judging.deadlines(track, thresholds), upkeep.deadlines(track, thresholds))
            for one in part
            if one > track.at
        ),
    ]
    return min(found, default=None)
