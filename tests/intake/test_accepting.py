"""One verdict for each event, whatever comes; what is called stored is in the database."""

from __future__ import annotations

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_world import NOW, World

from intake.accepting import BatchError, BusyError, Encoding, Outcome, Reason, Writer, read_batch
from intake.accepting.quick import good
from intake.accepting.reading import MAX_EVENTS, MAX_UNPACKED, Unreadable
from intake.accepting.rows import Row, insert
from intake.accepting.writer import MAX_WAITING
from intake.contract import EXAMPLES
from sensing.events import LIMITS, PAYLOADS, EventKind, MalformedEventError, from_json, problems
from sensing.events.limits import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

STATE = {"floor": 3, "door": "closed", "moving": False, "people": True}


def test_a_good_event_is_stored_and_sent_again_it_is_a_duplicate(world: World) -> None:
    event = world.event(**STATE)
    assert [verdict.outcome for verdict in world.send(event)] == [Outcome.STORED]
    assert [verdict.outcome for verdict in world.send(event)] == [Outcome.DUPLICATE]
    assert world.stored() == [event["event_id"]]


def test_twice_in_one_batch_the_first_is_stored(world: World) -> None:
    first, other = world.event(**STATE), world.event(**STATE)
    outcomes = [verdict.outcome for verdict in world.send(first, other, first)]
    assert outcomes == [Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE]
    assert world.stored() == [first["event_id"], other["event_id"]]


def test_events_out_of_order_and_late_are_stored(world: World) -> None:
    events = [world.event(ago=ago, **STATE) for ago in (5, 3600, 0, 30 * 86_400)]
    assert {verdict.outcome for verdict in world.send(*events)} == {Outcome.STORED}
    assert world.stored() == [event["event_id"] for event in events]


REFUSALS: dict[Reason, Callable[[World], Any]] = {
    Reason.MALFORMED: lambda world: world.event(floor="three"),
    Reason.UNKNOWN_LIFT: lambda world: world.event(lift="31101301029999999999", **STATE),
    Reason.OUT_OF_RANGE: lambda world: world.event(floor=999),
    Reason.TOO_LONG: lambda world: world.event("alarm", source="fault", text="x" * 201),
    Reason.BAD_TEXT: lambda world: world.event("alarm", source="fault", code=" "),
    Reason.CONTRADICTION: lambda world: world.event(people=False, people_count=2),
    Reason.EMPTY: lambda world: world.event(),
    Reason.FROM_FUTURE: lambda world: world.event(ago=-11, **STATE),
    Reason.TOO_OLD: lambda world: world.event(ago=31 * 86_400 + 1, **STATE),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_bad_event_is_refused_with_its_reason_and_the_others_of_its_batch_are_stored(
    sqlite_world: World, reason: Reason
) -> None:
    world = sqlite_world
    before, bad, after = world.event(**STATE), REFUSALS[reason](world), world.event(**STATE)
    verdicts = world.send(before, bad, after)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.STORED, Outcome.REFUSED, Outcome.STORED]
    assert verdicts[1].reason is reason
    assert verdicts[1].event_id == bad["event_id"]
    assert verdicts[1].field
    assert verdicts[1].detail
    assert world.stored() == [before["event_id"], after["event_id"]]


def test_over_mqtt_an_event_of_another_lift_than_its_topic_is_refused(sqlite_world: World) -> None:
    other = sqlite_world.given_lift()
    verdicts = sqlite_world.send(sqlite_world.event(lift=other, **STATE), topic=sqlite_world.lift)
    assert verdicts[0].reason is Reason.WRONG_TOPIC


def test_every_reason_is_tested() -> None:
    assert set(REFUSALS) | {Reason.WRONG_TOPIC} == set(Reason)


@pytest.mark.parametrize("what", [None, 3, "text", [], {}, {"event_id": 5}, Unreadable("not JSON")])
def test_what_is_no_event_is_malformed(sqlite_world: World, what: Any) -> None:
    assert [verdict.reason for verdict in sqlite_world.send(what)] == [Reason.MALFORMED]


def test_the_same_events_sent_by_many_at_once_are_stored_once_each(world: World) -> None:
    events = [world.event(**STATE) for _ in range(50)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.send(*events), range(8)))
    stored = [verdict.event_id for answer in answers for verdict in answer if verdict.outcome is Outcome.STORED]
    assert sorted(stored) == sorted(event["event_id"] for event in events)
    assert sorted(world.stored()) == sorted(stored)


def test_a_lift_deleted_in_between_costs_only_its_own_batch(world: World) -> None:
    """Both batches go into one transaction; the gone lift's must not take the other with it."""
    gone = Row(world.gateway_id, "gone", 2**31 - 1, "heartbeat", 1, 1, None, "{}", "x")
    good_one = Row(world.gateway_id, "good", world.lifts[world.lift], "heartbeat", 1, 1, None, "{}", world.lift)
    slow = Writer(world.engine, lambda _rows, _newest: None)
    futures = [slow.submit([gone]), slow.submit([good_one])]
    slow.start()
    assert futures[0].exception(20) is not None
    assert futures[1].result(20) == [True]
    slow.stop()


def test_with_too_much_waiting_a_sender_is_told_to_come_back(sqlite_world: World) -> None:
    slow = Writer(sqlite_world.engine, lambda _rows, _newest: None)
    for _ in range(MAX_WAITING):
        slow.submit([])
    with pytest.raises(BusyError):
        slow.submit([])


def test_whoever_follows_ids_misses_none_however_many_write(world: World) -> None:
    """PostgreSQL gives ids out before the commit; writers take turns, so that no smaller id appears later."""
    lift = world.lifts[world.lift]
    with world.engine.begin() as connection:
        insert(connection, [Row(world.gateway_id, "first", lift, "heartbeat", 1, 1, None, "{}", "x")])
        other = world.writer.submit([Row(world.gateway_id, "second", lift, "heartbeat", 1, 1, None, "{}", "x")])
        with pytest.raises(TimeoutError):
            other.result(0.5)
    assert other.result(20) == [True]
    assert world.stored() == ["first", "second"]


# ---- bodies


def test_json_ndjson_and_gzip_are_read() -> None:
    assert read_batch(b'[{"a":1},2]', Encoding.JSON) == [{"a": 1}, 2]
    assert read_batch(b'{"events":[1]}', Encoding.JSON) == [1]
    assert read_batch(gzip.compress(b"[1]", mtime=0) + gzip.compress(b"  "), Encoding.JSON, gzip=True) == [1]
    lines = read_batch(b'{"a":1}\n\nnonsense\r\n[2]', Encoding.NDJSON)
    assert lines[0] == {"a": 1}
    assert isinstance(lines[1], Unreadable)
    assert lines[2] == [2]


@pytest.mark.parametrize(
    ("body", "encoding", "packed"),
    [
        (b"", Encoding.JSON, False),
        (b"", Encoding.NDJSON, False),
        (b"[]", Encoding.JSON, False),
        (b"[1", Encoding.JSON, False),
        (b"[NaN]", Encoding.JSON, False),
        (b'{"event_id":"x"}', Encoding.JSON, False),
        (b"plain", Encoding.JSON, True),
        (gzip.compress(b"[1]", mtime=0)[:-4], Encoding.JSON, True),
        (b"\xff\xfe", Encoding.JSON, False),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(body: bytes, encoding: Encoding, *, packed: bool) -> None:
    with pytest.raises(BatchError) as caught:
        read_batch(body, encoding, gzip=packed)
    assert not caught.value.too_large


@pytest.mark.parametrize(
    ("body", "packed"),
    [
        (b"[" + b"1," * MAX_EVENTS + b"1]", False),
        (zlib.compress(b" " * (MAX_UNPACKED * 2), wbits=31), True),
        (zlib.compress(b" " * (MAX_UNPACKED // 2 + 1), wbits=31) * 2, True),
    ],
)
def test_what_is_too_large_is_refused_before_it_costs_anything(body: bytes, *, packed: bool) -> None:
    with pytest.raises(BatchError) as caught:
        read_batch(body, Encoding.JSON, gzip=packed)
    assert caught.value.too_large


# ---- the quick yes


def _numbers(kind: EventKind, name: str) -> st.SearchStrategy[Any]:
    limit = LIMITS[kind][name]
    return st.integers(int(limit.low) - 2, int(limit.high) + 2) | st.floats(allow_nan=False) | st.just(limit.high)


def _values(kind: EventKind, name: str) -> st.SearchStrategy[Any]:
    odd = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({})
    words = st.sampled_from(["open", "closed", "half_open", "up", "stopped", "normal", "fault", "lost", "snapshot"])
    if name in LIMITS[kind]:
        return _numbers(kind, name) | odd
    if name in TEXTS.get(kind, {}):
        return st.text(max_size=70) | odd
    return words | odd


@st.composite
def documents(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(EventKind))
    names = draw(st.sets(st.sampled_from([*PAYLOADS[kind].__dataclass_fields__])))
    document = {
        "event_id": draw(st.sampled_from(["e-1", "", "x" * 65, "a b", 7, None])),
        "device_code": draw(st.sampled_from(["31101301002019060001", "x", 5])),
        "kind": draw(st.sampled_from([kind.value, kind.value, kind.value, "nonsense", None])),
        "occurred_at": draw(
            st.sampled_from([NOW.isoformat(), "2026-11-22T02:00:00", "", 5, "2026-11-22T03:00:00+01:00"])
            | st.floats(-40 * 86_400, 20).map(lambda s: (NOW + timedelta(seconds=s)).isoformat())
        ),
        "data": {name: draw(_values(kind, name)) for name in names},
    }
    if draw(st.booleans()):
        document["sequence"] = draw(st.sampled_from([0, 5, -1, 2**63, 1.0, True, "1"]))
    if draw(st.integers(0, 9)) == 0:
        document[draw(st.sampled_from(["extra", "gateway", "received_at"]))] = 1
    return document


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(documents() | st.sampled_from(EXAMPLES).map(lambda one: one | {"occurred_at": NOW.isoformat()}))
def test_the_quick_yes_never_passes_what_the_long_way_refuses(document: Any) -> None:
    at = good(document, NOW)
    if at is None:
        return
    event = from_json(document, gateway="gw", received_at=NOW)
    assert not problems(event)
    assert at == round(event.occurred_at.timestamp() * 1000)


def test_the_quick_yes_passes_ordinary_events() -> None:
    plain = [one | {"occurred_at": NOW.isoformat()} for one in EXAMPLES]
    quick = {one["kind"] for one in plain if good(one, NOW) is not None}
    assert quick >= {"heartbeat", "car_state", "counters", "power", "alarm", "media"}
    for one in plain:
        try:
            assert not problems(from_json(one, gateway="gw", received_at=NOW))
        except MalformedEventError as error:
            pytest.fail(str(error))
