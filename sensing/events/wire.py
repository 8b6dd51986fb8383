"""Events as JSON: `{"gateway", "event_id", "device_code", "kind", "occurred_at", "received_at", "sequence", "data"}`.

`data` holds the payload's fields by their names; what is None is left out. Times are ISO 8601 with a zone, UTC and
milliseconds when written. Reading is strict about types and about unknown fields, and says nothing about limits.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from sensing.events.envelope import Event
from sensing.events.payloads import PAYLOADS, Payload
from sensing.events.words import EventKind

LARGEST: Final = 2**53
"""A whole number beyond this is not taken for a number with a fraction."""

_ENVELOPE: Final = {"gateway", "event_id", "device_code", "kind", "occurred_at", "received_at", "sequence", "data"}


class MalformedEventError(Exception):
    """What was read is no event.

    Attributes:
        field: where it is wrong; `data.` before the name of a payload's field.
    """

    def __init__(self, field: str, says: str) -> None:
        self.field = field
        super().__init__(f"{field}: {says}")


def to_json(event: Event) -> dict[str, Any]:
    """Give the event as JSON types only."""
    document: dict[str, Any] = {
        "gateway": event.gateway,
        "event_id": event.event_id,
        "device_code": event.device_code,
        "kind": event.kind.value,
        "occurred_at": moment(event.occurred_at),
        "received_at": moment(event.received_at),
    }
    if event.sequence is not None:
        document["sequence"] = event.sequence
    return {**document, "data": payload_to_json(event.payload)}


def from_json(document: Any, *, gateway: str | None = None, received_at: datetime | None = None) -> Event:  # noqa: ANN401 - JSON is anything
    """Read an event.

    Args:
        document: one JSON value.
        gateway: who sent it by their key; what the document says is then not looked at.
        received_at: when it came by our clock; likewise.

    Raises:
        MalformedEventError: a field is missing, unknown or of the wrong type.
    """
    if not isinstance(document, dict):
        raise MalformedEventError("event", "not an object")
    for name in document:
        if name not in _ENVELOPE:
            raise MalformedEventError(str(name), "there is no such field")
    kind = _value("kind", document.get("kind"), EventKind)
    return Event(
        gateway=gateway or _value("gateway", document.get("gateway"), str),
        event_id=_value("event_id", document.get("event_id"), str),
        device_code=_value("device_code", document.get("device_code"), str),
        occurred_at=_moment("occurred_at", document.get("occurred_at")),
        received_at=received_at or _moment("received_at", document.get("received_at")),
        sequence=_value("sequence", document.get("sequence"), int | None),
        payload=payload_from_json(kind, document.get("data", {})),
    )


def payload_to_json(payload: Payload) -> dict[str, Any]:
    """Give what the payload says; enum members as their strings, None left out."""
    found = {one.name: getattr(payload, one.name) for one in fields(payload)}
    return {
        name: value.value if isinstance(value, StrEnum) else value for name, value in found.items() if value is not None
    }


def payload_from_json(kind: EventKind, document: Any) -> Payload:  # noqa: ANN401 - JSON is anything
    """Read the payload of a kind.

    Raises:
        MalformedEventError: a field is missing, unknown or of the wrong type.
    """
    if not isinstance(document, dict):
        raise MalformedEventError("data", "not an object")
    types = _types(kind)
    for name in document:
        if name not in types:
            raise MalformedEventError(f"data.{name}", f"{kind} has no such field")
    for one in fields(PAYLOADS[kind]):
        if one.default is MISSING and one.name not in document:
            raise MalformedEventError(f"data.{one.name}", "is missing")
    return PAYLOADS[kind](**{name: _value(f"data.{name}", value, types[name]) for name, value in document.items()})


def to_milliseconds(at: datetime) -> datetime:
    """Give the moment in UTC, cut to the milliseconds that are kept."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def moment(at: datetime) -> str:
    """Write a moment: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def _types(kind: EventKind) -> dict[str, Any]:
    payload = PAYLOADS[kind]
    hints = get_type_hints(payload)
    return {one.name: hints[one.name] for one in fields(payload)}


def _value(name: str, value: Any, type_: Any) -> Any:  # noqa: ANN401 - a field of any type
    """Give the value as the type, or one of the types of a union, that the field has."""
    for one in get_args(type_) or (type_,):
        if one is float and type(value) is int and abs(value) <= LARGEST:
            return float(value)
        if type(value) is one:  # not isinstance: True is no number
            return value
        if issubclass(one, StrEnum) and isinstance(value, str) and value in set(one):
            return one(value)
    raise MalformedEventError(name, f"expected {_expected(type_)}, not {value!r:.40}")


def _expected(type_: Any) -> str:  # noqa: ANN401 - a type or a union of types
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    first = (get_args(type_) or (type_,))[0]
    return "one of " + ", ".join(first) if issubclass(first, StrEnum) else names[first]


def _moment(name: str, value: Any) -> datetime:  # noqa: ANN401 - JSON is anything
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise MalformedEventError(name, "a moment needs a time zone")
        return to_milliseconds(at)
    except (TypeError, ValueError, OverflowError):
        raise MalformedEventError(name, f"expected a moment in ISO 8601, not {value!r:.40}") from None
