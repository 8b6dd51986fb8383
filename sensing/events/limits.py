"""What makes an event impossible: limits as data, and the rules that need more than one number.

Whoever takes events in refuses those that `problems` names, one by one, and stores nothing of them. The rules:

* `out_of_range`: a number is outside what its sensor or a lift can do (`LIMITS`), or is none (NaN).
* `too_long`, `bad_text`: a text is empty, longer than `TEXTS` allows, or not of the form named there.
* `contradiction`: two fields of one event exclude each other: people are there but none were counted (or the other way
  round), the car moves and its direction is `stopped`, a recovery while the safety circuit is open.
* `empty`: a car state, counter reading or noise report in which nothing is set.
* `from_future`: it happened more than `FUTURE_S` after it was received. The gateway's clock is wrong; to believe it
  would start the waiting time of an entrapment too late.
* `too_old`: it happened more than `OLD_S` before it was received: longer than any outbox keeps, so a clock
  that was never set.

Late events up to `OLD_S` are good: a gateway that was off line delivers what it kept. They are stored; whether
detection still looks back at them is its own rule (`sensing.detection`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sensing.events.payloads import CarState, Counters, Noise, SafetyCircuit
from sensing.events.words import Direction, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.events.envelope import Event
    from sensing.events.payloads import Payload

FUTURE_S: Final = 10
"""Seconds a gateway's clock may be ahead of ours."""
OLD_S: Final = 31 * 86_400
"""Seconds an event may be old when it arrives."""


class Rule(StrEnum):
    """Why an event is impossible; the reason its sender is given."""

    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    CONTRADICTION = "contradiction"
    EMPTY = "empty"
    FROM_FUTURE = "from_future"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class Limit:
    """Smallest and largest possible value of a number, both included."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Text:
    """Longest possible text, and its form where it has one."""

    longest: int
    form: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why an event cannot be taken."""

    rule: Rule
    field: str
    says: str
    """For the engineer who reads the gateway's log."""


_DAY_S: Final = 86_400

LIMITS: Final[dict[EventKind, dict[str, Limit]]] = {
    EventKind.HEARTBEAT: {
        "interval_s": Limit(1, _DAY_S, "s"),
        "uptime_s": Limit(0, 10**10, "s"),
    },
    EventKind.CAR_STATE: {
        "floor": Limit(-20, 200, "floor"),
        "people_count": Limit(0, 100, "people"),
    },
    EventKind.COUNTERS: {
        "runs": Limit(0, 10**9, "runs"),
        "door_cycles": Limit(0, 10**9, "cycles"),
        "running_s": Limit(0, 10**10, "s"),
        "distance_m": Limit(0, 10**10, "m"),
        "rope_bends": Limit(0, 10**10, "bends"),
    },
    EventKind.SAFETY_CIRCUIT: {"duration_s": Limit(0, 366 * _DAY_S, "s")},
    EventKind.POWER: {
        "charge_percent": Limit(0, 100, "%"),
        "remaining_s": Limit(0, 31 * _DAY_S, "s"),
    },
    EventKind.NOISE: {  # 量程：30-120dB
        "level_db": Limit(30, 120, "dB"),
        "peak_db": Limit(30, 120, "dB"),
        "period_s": Limit(1, _DAY_S, "s"),
    },
    EventKind.ALARM: {},
    EventKind.MEDIA: {
        "size_bytes": Limit(1, 2**32, "bytes"),
        "duration_s": Limit(0, _DAY_S, "s"),
    },
}
"""`{kind: {field: limit}}`, every number an event can carry."""

_ID: Final = re.compile(r"[0-9A-Za-z._:-]+")
_WORDS: Final = re.compile(r"(?=.*\S)[^\x00-\x1f\x7f\ud800-\udfff]+")

ENVELOPE_TEXTS: Final[dict[str, Text]] = {
    "gateway": Text(64, _ID),
    "event_id": Text(64, _ID),
    "device_code": Text(32, re.compile(r"[0-9A-Za-z-]{5,32}")),
}
SEQUENCE: Final = Limit(0, 2**63 - 1, "")

TEXTS: Final[dict[EventKind, dict[str, Text]]] = {
    EventKind.HEARTBEAT: {"firmware": Text(64, _WORDS)},
    EventKind.SAFETY_CIRCUIT: {"point": Text(64, _WORDS)},
    EventKind.ALARM: {"code": Text(32, _WORDS), "text": Text(200, _WORDS)},
    EventKind.MEDIA: {"media_id": Text(64, _ID), "sha256": Text(64, re.compile(r"[0-9a-f]{64}"))},
}
"""`{kind: {field: text}}`, every text an event can carry."""


def problems(event: Event) -> tuple[Problem, ...]:
    """Say why an event is impossible; empty when it is good."""
    return tuple(_problems(event))


def _problems(event: Event) -> Iterator[Problem]:
    kind, payload = event.kind, event.payload
    for name, text in ENVELOPE_TEXTS.items():
        yield from _text(name, getattr(event, name), text)
    yield from _number("sequence", event.sequence, SEQUENCE)
    for name, limit in LIMITS[kind].items():
        yield from _number(name, getattr(payload, name), limit)
    for name, text in TEXTS.get(kind, {}).items():
        yield from _text(name, getattr(payload, name), text)
    yield from _contradictions(payload)
    yield from _clock(event)


def _number(name: str, value: float | None, limit: Limit) -> Iterator[Problem]:
    if value is not None and not limit.low <= value <= limit.high:
        says = f"{name} is {value}, possible are {limit.low:g} to {limit.high:g} {limit.unit}".rstrip()
        yield Problem(Rule.OUT_OF_RANGE, name, says)


def _text(name: str, value: str | None, text: Text) -> Iterator[Problem]:
    if value is None:
        return
    if len(value) > text.longest:
        yield Problem(Rule.TOO_LONG, name, f"{name} has {len(value)} characters, possible are {text.longest}")
    elif text.form is not None and not text.form.fullmatch(value):
        yield Problem(Rule.BAD_TEXT, name, f"{name} is empty or has characters it cannot have")


def _contradictions(payload: Payload) -> Iterator[Problem]:
    match payload:
        case CarState() | Counters() if all(getattr(payload, one.name) is None for one in fields(payload)):
            yield Problem(Rule.EMPTY, payload.kind, "nothing is set")
        case Noise(level_db=None, peak_db=None, abnormal=None):
            yield Problem(Rule.EMPTY, payload.kind, "neither level, peak nor abnormal is set")
        case CarState():
            people, count = payload.people, payload.people_count
            if people is not None and count is not None and people is not (count > 0):
                yield Problem(Rule.CONTRADICTION, "people_count", f"people is {people} but people_count is {count}")
            if payload.moving and payload.direction is Direction.STOPPED:
                yield Problem(Rule.CONTRADICTION, "direction", "moving, but the direction is stopped")
        case SafetyCircuit(open=True) if payload.recovery is not None:
            yield Problem(Rule.CONTRADICTION, "recovery", "recovered, but the circuit is open")
        case _:
            return


def _clock(event: Event) -> Iterator[Problem]:
    ahead = (event.occurred_at - event.received_at).total_seconds()
    if ahead > FUTURE_S:
        yield Problem(
            Rule.FROM_FUTURE, "occurred_at", f"{ahead:.1f} s after it was received, possible are {FUTURE_S} s"
        )
    if -ahead > OLD_S:
        yield Problem(Rule.TOO_OLD, "occurred_at", f"{-ahead:.0f} s before it was received, possible are {OLD_S} s")
