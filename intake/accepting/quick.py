"""A quick yes for events that are plainly good: the tables of `sensing.events` made into one check a field.

`sensing.events` says what is wrong with an event, and takes its time for it. Nearly all events are good, and at ten
thousand a second the time matters. So this says only yes, or nothing: what it does not pass goes the long way. That it
never passes what the long way refuses is tested.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from sensing.events import LIMITS, PAYLOADS, Direction, EventKind
from sensing.events.limits import ENVELOPE_TEXTS, FUTURE_S, OLD_S, SEQUENCE, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sensing.events import Limit
    from sensing.events.limits import Text

_FUTURE: Final = timedelta(seconds=FUTURE_S)
_OLD: Final = timedelta(seconds=OLD_S)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_ENVELOPE: Final = frozenset(
    {"gateway", "event_id", "device_code", "kind", "occurred_at", "received_at", "sequence", "data"}
)
_EXACT: Final = 2**53


def _number(types: tuple[type, ...], limit: Limit) -> Callable[[Any], bool]:
    low, high = limit.low, limit.high
    if float in types:
        return lambda value: type(value) in {int, float} and low <= value <= high and -_EXACT <= value <= _EXACT
    return lambda value: type(value) is int and low <= value <= high


def _words(text: Text) -> Callable[[Any], bool]:
    longest, form = text.longest, text.form
    match = form.fullmatch if form is not None else None
    return lambda value: type(value) is str and len(value) <= longest and (match is None or match(value) is not None)


def _field(kind: EventKind, name: str, hint: Any) -> Callable[[Any], bool] | None:  # noqa: ANN401 - a type or a union
    types = tuple(one for one in get_args(hint) or (hint,) if one is not type(None))
    if name in LIMITS[kind]:
        return _number(types, LIMITS[kind][name])
    if name in TEXTS.get(kind, {}):
        return _words(TEXTS[kind][name])
    if types == (bool,):
        return lambda value: type(value) is bool
    if len(types) == 1 and issubclass(types[0], StrEnum):
        words = frozenset(word.value for word in types[0])
        return lambda value: type(value) is str and value in words
    return None  # a field of a form not known here: the long way


def _fields(kind: EventKind) -> dict[str, Callable[[Any], bool]]:
    payload = PAYLOADS[kind]
    hints = get_type_hints(payload)
    found = {one.name: _field(kind, one.name, hints[one.name]) for one in fields(payload)}
    return {name: check for name, check in found.items() if check is not None}


_FIELDS: Final = {kind.value: _fields(kind) for kind in EventKind}
_NEEDED: Final = {
    kind.value: [one.name for one in fields(PAYLOADS[kind]) if one.default is MISSING] for kind in EventKind
}
_EVENT_ID: Final = _words(ENVELOPE_TEXTS["event_id"])
_DEVICE_CODE: Final = _words(ENVELOPE_TEXTS["device_code"])
_SEQUENCE: Final = _number((int,), SEQUENCE)


def good(document: Any, received_at: datetime) -> int | None:  # noqa: ANN401 - JSON is anything
    """Say when the event happened, in milliseconds since 1970, if it is plainly good; None otherwise.

    Args:
        document: one JSON value; its `gateway` and `received_at` are not looked at.
        received_at: when it came, by our clock.
    """
    if type(document) is not dict or not document.keys() <= _ENVELOPE:
        return None
    if not (_EVENT_ID(document.get("event_id")) and _DEVICE_CODE(document.get("device_code"))):
        return None
    sequence = document.get("sequence")
    if sequence is not None and not _SEQUENCE(sequence):
        return None
    kind, data = document.get("kind"), document.get("data", {})
    if type(kind) is not str or type(data) is not dict or kind not in _FIELDS or not _values(kind, data):
        return None
    return _moment(document.get("occurred_at"), received_at)


def _values(kind: str, data: dict[str, Any]) -> bool:
    checks = _FIELDS[kind]
    for name, value in data.items():
        check = checks.get(name)
        if check is None or not check(value):
            return False
    return all(name in data for name in _NEEDED[kind]) and _coherent(kind, data)


def _coherent(kind: str, data: dict[str, Any]) -> bool:
    match kind:
        case EventKind.CAR_STATE:
            people, count = data.get("people"), data.get("people_count")
            agree = people is None or count is None or people is (count > 0)
            return bool(data) and agree and not (data.get("moving") and data.get("direction") == Direction.STOPPED)
        case EventKind.COUNTERS:
            return bool(data)
        case EventKind.HEARTBEAT | EventKind.POWER | EventKind.ALARM | EventKind.MEDIA:
            return True
        case _:
            return False


def _moment(value: Any, received_at: datetime) -> int | None:  # noqa: ANN401 - JSON is anything
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None or not -_OLD < at - received_at < _FUTURE:
            return None
        return (at - _EPOCH) // _MS
    except (TypeError, ValueError, OverflowError):
        return None
