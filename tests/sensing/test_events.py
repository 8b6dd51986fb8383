from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest

from sensing.events import (
    LIMITS,
    PAYLOADS,
    Alarm,
    AlarmSource,
    CarState,
    Counters,
    Direction,
    Event,
    EventKind,
    Heartbeat,
    MalformedEventError,
    Media,
    MediaKind,
    Noise,
    Payload,
    Power,
    PowerState,
    Recovery,
    Rule,
    SafetyCircuit,
    from_json,
    problems,
    to_json,
)
from sensing.events.limits import FUTURE_S, OLD_S, TEXTS

NOW = datetime(2026, 11, 25, 2, 14, 7, 318_000, tzinfo=UTC)

EXAMPLES: list[Payload] = [
    Heartbeat(interval_s=60, uptime_s=86_400, firmware="2.1.0"),
    CarState(floor=-2, direction=Direction.UP, moving=True, people=True, people_count=2),
    Counters(runs=15_000, door_cycles=60_000, running_s=10**6, distance_m=300_000, rope_bends=18_000),
    SafetyCircuit(open=False, point="层门锁", duration_s=12.5, recovery=Recovery.AUTOMATIC),
    Power(state=PowerState.ON_BATTERY, charge_percent=80.0, remaining_s=3600),
    Noise(level_db=55.5, peak_db=70.0, abnormal=False, period_s=60),
    Alarm(source=AlarmSource.FAULT, active=True, code="E32", text="door lock"),
    Media(media=MediaKind.SNAPSHOT, media_id="cam-1", sha256="0" * 64, size_bytes=20_000, duration_s=0.0),
]


def event(payload: Payload, **changes: Any) -> Event:
    given = {"gateway": "gw-1", "event_id": "e-1", "device_code": "31101301002019060001", "occurred_at": NOW}
    return Event(**{**given, "received_at": NOW, "payload": payload, **changes})


def rules(payload: Payload, **changes: Any) -> set[tuple[Rule, str]]:
    return {(one.rule, one.field) for one in problems(event(payload, **changes))}


@pytest.mark.parametrize("payload", EXAMPLES, ids=lambda one: str(one.kind))
def test_an_event_of_every_kind_is_good_and_comes_back_from_json(payload: Payload) -> None:
    one = event(payload, sequence=7)
    assert problems(one) == ()
    assert from_json(json.loads(json.dumps(to_json(one)))) == one


def test_there_is_an_example_of_every_kind() -> None:
    assert {one.kind for one in EXAMPLES} == set(EventKind) == set(PAYLOADS) == set(LIMITS)


@pytest.mark.parametrize("kind", EventKind)
def test_every_number_has_a_limit_and_every_text_a_length(kind: EventKind) -> None:
    hints = get_type_hints(PAYLOADS[kind])
    numbers = {one.name for one in fields(PAYLOADS[kind]) if hints[one.name] in {int | None, float | None, int, float}}
    texts = {one.name for one in fields(PAYLOADS[kind]) if hints[one.name] in {str | None, str}}
    assert numbers == set(LIMITS[kind])
    assert texts == set(TEXTS.get(kind, {}))


@pytest.mark.parametrize(
    ("payload", "rule", "field"),
    [
        (CarState(floor=201), Rule.OUT_OF_RANGE, "floor"),
        (CarState(people_count=-1), Rule.OUT_OF_RANGE, "people_count"),
        (Counters(runs=10**400), Rule.OUT_OF_RANGE, "runs"),
        (Noise(level_db=float("nan")), Rule.OUT_OF_RANGE, "level_db"),
        (Noise(level_db=29.9), Rule.OUT_OF_RANGE, "level_db"),
        (Power(state=PowerState.LOST, charge_percent=100.1), Rule.OUT_OF_RANGE, "charge_percent"),
        (Heartbeat(firmware="x" * 65), Rule.TOO_LONG, "firmware"),
        (Alarm(source=AlarmSource.OTHER, text="\ud800"), Rule.BAD_TEXT, "text"),
        (Alarm(source=AlarmSource.OTHER, text=" "), Rule.BAD_TEXT, "text"),
        (Media(media=MediaKind.VIDEO, media_id="../x"), Rule.BAD_TEXT, "media_id"),
        (CarState(people=False, people_count=2), Rule.CONTRADICTION, "people_count"),
        (CarState(people=True, people_count=0), Rule.CONTRADICTION, "people_count"),
        (CarState(moving=True, direction=Direction.STOPPED), Rule.CONTRADICTION, "direction"),
        (SafetyCircuit(open=True, recovery=Recovery.RESET), Rule.CONTRADICTION, "recovery"),
        (CarState(), Rule.EMPTY, "car_state"),
        (Counters(), Rule.EMPTY, "counters"),
        (Noise(period_s=60), Rule.EMPTY, "noise"),
    ],
)
def test_what_is_impossible_is_named_with_its_rule(payload: Payload, rule: Rule, field: str) -> None:
    assert rules(payload) == {(rule, field)}


def test_a_clock_may_be_ahead_by_seconds_and_late_by_a_month() -> None:
    beat, second = Heartbeat(), timedelta(seconds=1)
    assert rules(beat, occurred_at=NOW + FUTURE_S * second) == set()
    assert rules(beat, occurred_at=NOW + (FUTURE_S + 1) * second) == {(Rule.FROM_FUTURE, "occurred_at")}
    assert rules(beat, occurred_at=NOW - OLD_S * second) == set()
    assert rules(beat, occurred_at=NOW - (OLD_S + 1) * second) == {(Rule.TOO_OLD, "occurred_at")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "teleport"}, "kind"),
        ({"extra": 1}, "extra"),
        ({"event_id": 17}, "event_id"),
        ({"sequence": True}, "sequence"),
        ({"occurred_at": "2026-11-25T02:14:07"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": 17}, "occurred_at"),
        ({"data": []}, "data"),
        ({"data": {"flor": 1}}, "data.flor"),
        ({"data": {"moving": 1}}, "data.moving"),
        ({"data": {"door": "ajar"}}, "data.door"),
        ({"data": {"floor": 1.5}}, "data.floor"),
        ({"kind": "power", "data": {"state": "lost", "charge_percent": 10**400}}, "data.charge_percent"),
        ({"kind": "power", "data": {}}, "data.state"),
    ],
)
def test_a_malformed_document_names_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedEventError) as caught:
        from_json({**to_json(event(CarState(floor=1))), **change})
    assert caught.value.field == field


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_what_is_no_object_is_malformed(document: Any) -> None:
    with pytest.raises(MalformedEventError):
        from_json(document)


def test_who_took_an_event_in_says_from_whom_and_when() -> None:
    document = to_json(event(Heartbeat()))
    del document["gateway"], document["received_at"]
    assert from_json(document, gateway="gw-1", received_at=NOW) == event(Heartbeat())
