"""A lift's live picture: the last thing told of each field. Pure.

A field holds what its newest event by the event's own time said; a late event does not turn it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sensing.events import CarState, Counters, Direction, Event, Power, SafetyCircuit, payload_to_json
from sensing.events.wire import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from store.models import Device

WATCHED: Final = ("mode", "power", "safety_circuit_open")
"""Fields whose change is a live event. Floor, door and people change with every run; who looks at them asks."""

Picture = dict[str, Any]
"""Field → value; `_at` holds for each field when it was told, in milliseconds since 1970."""


def fold(picture: Picture, events: Iterable[Event]) -> Picture:
    """Give the picture with what events tell."""
    after = {**picture, "_at": dict(picture.get("_at", {}))}
    for event in events:
        at = round(event.occurred_at.timestamp() * 1000)
        for name, value in _fields(event).items():
            if at >= after["_at"].get(name, 0):
                after[name] = value
                after["_at"][name] = at
    return after


def shown(picture: Picture) -> dict[str, Any]:
    """Give what people and programs are shown."""
    return {name: value for name, value in picture.items() if not name.startswith("_")}


def link(device: Device) -> dict[str, Any]:
    """Give what is shown of a device's link."""
    return {"online": device.online, "since": _iso(device.since), "seen_at": _iso(device.seen_at)}


def changed(before: Picture, after: Picture) -> list[str]:
    """Name the watched fields that differ."""
    return [name for name in WATCHED if before.get(name) != after.get(name)]


def _fields(event: Event) -> dict[str, Any]:
    match event.payload:
        case CarState() as car:
            found = payload_to_json(car)
            if car.moving is False:
                found.setdefault("direction", Direction.STOPPED.value)
            if car.people is False:
                found.setdefault("people_count", 0)
            if car.people_count is not None:
                found.setdefault("people", car.people_count > 0)
            return {**found, "told_at": moment(event.occurred_at)}
        case Power() as power:
            found = payload_to_json(power)
            return {"power": found.pop("state"), **found}
        case SafetyCircuit() as circuit:
            return {"safety_circuit_open": circuit.open}
        case Counters() as counters:
            return payload_to_json(counters)
        case _:
            return {}


def _iso(at: datetime | None) -> str | None:
    return moment(at) if at else None
