"""Promises about detection as a whole, on histories driven by chance."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensing import state as states
from sensing.detection import begin, step
from sensing.events import (
    Alarm,
    AlarmSource,
    CarState,
    Counters,
    Direction,
    Door,
    Event,
    Heartbeat,
    Mode,
    Noise,
    Payload,
    Power,
    PowerState,
    SafetyCircuit,
)
from sensing.thresholds import RANGES, ThresholdError, Thresholds, for_lift
from sensing.thresholds import from_json as thresholds_from_json
from sensing.thresholds import to_json as thresholds_to_json
from sensing.verdicts import Change, Verdict
from tests.kit.lift import CODE, Lift, at, event

OPTIONAL_BOOL = st.none() | st.booleans()
CARS = st.builds(
    CarState,
    floor=st.none() | st.integers(1, 6),
    direction=st.none() | st.just(Direction.UP),
    moving=OPTIONAL_BOOL,
    door=st.none() | st.sampled_from(Door),
    in_door_zone=OPTIONAL_BOOL,
    people=OPTIONAL_BOOL,
    mode=st.none() | st.sampled_from([Mode.NORMAL, Mode.NORMAL, Mode.INSPECTION, Mode.STOP]),
)
PAYLOADS: st.SearchStrategy[Payload] = st.one_of(
    CARS,
    CARS,
    CARS,
    st.builds(SafetyCircuit, open=st.booleans()),
    st.builds(Power, state=st.sampled_from(PowerState), remaining_s=st.none() | st.integers(0, 8000)),
    st.builds(Alarm, source=st.sampled_from(AlarmSource), active=st.booleans()),
    st.builds(Counters, runs=st.integers(0, 200)),
    st.builds(Noise, level_db=st.floats(30, 120)),
    st.just(Heartbeat()),
)
STORIES = st.lists(st.tuples(st.integers(0, 12_000), PAYLOADS), min_size=1, max_size=40)
"""Pauses in milliseconds, and what is said after each."""
QUICK = for_lift(
    between_floors_s=10,
    safety_circuit_s=10,
    power_cut_s=10,
    door_half_open_s=10,
    door_stays_shut_s=20,
    not_starting_s=60,
    unseen_entry_s=30,
    fault_stop_s=10,
    runs=100,
    stuck_trips=2,
    window_s=600,
)


def told(story: list[tuple[int, Payload]]) -> list[Event]:
    now, events = 0, []
    for number, (pause, payload) in enumerate(story):
        now += pause
        events.append(event(now / 1000, payload, f"e{number:03d}", sequence=number))
    return events


@settings(max_examples=80, deadline=None)
@given(STORIES, st.randoms(use_true_random=False), st.data())
def test_what_is_believed_depends_on_the_events_and_not_on_their_arrival(
    story: list[tuple[int, Payload]], random: Any, data: st.DataObject
) -> None:
    events = told(story)
    end = (events[-1].occurred_at - at(0)).total_seconds() + 120
    at_once = step(begin(CODE), events, at(end), QUICK)
    shuffled = list(events)
    random.shuffle(shuffled)
    state, now = begin(CODE), 0.0
    while shuffled:
        size = data.draw(st.integers(1, 5))
        together, shuffled = shuffled[:size], shuffled[size:]
        now += data.draw(st.floats(0, 20))
        state = step(state, [*together, *together[:1]], at(now), QUICK).state
    assert now < 900
    late = step(state, (), at(max(end, now, 900)), QUICK).state
    ours = step(at_once.state, (), at(max(end, now, 900)), QUICK).state
    assert late.head == ours.head


@settings(max_examples=60, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_events_that_come_together_say_the_same_in_any_order(story: list[tuple[int, Payload]], random: Any) -> None:
    events = told(story)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert step(begin(CODE), shuffled, at(600), QUICK) == step(begin(CODE), events, at(600), QUICK)


@settings(max_examples=60, deadline=None)
@given(STORIES, st.lists(st.integers(0, 600_000), max_size=30))
def test_it_does_not_matter_how_often_somebody_looks(story: list[tuple[int, Payload]], looks: list[int]) -> None:
    events = told(story)
    moments = sorted({*looks, *((one.occurred_at - at(0)) // timedelta(milliseconds=1) for one in events)})
    often, seldom = begin(CODE), begin(CODE)
    said: dict[str, list[Verdict]] = {"often": [], "seldom": []}
    for moment in moments:
        now = at(moment / 1000)
        due = [one for one in events if one.occurred_at == now]
        result = step(often, due, now, QUICK)
        often = result.state
        said["often"] += result.verdicts
        if due:
            result = step(seldom, due, now, QUICK)
            seldom = result.state
            said["seldom"] += result.verdicts
    last = step(often, (), at(800), QUICK), step(seldom, (), at(800), QUICK)
    assert last[0].state.head == last[1].state.head
    assert [*said["often"], *last[0].verdicts] == [*said["seldom"], *last[1].verdicts]


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_a_state_comes_back_from_json_and_goes_on_the_same(story: list[tuple[int, Payload]]) -> None:
    events = told(story)
    state = begin(CODE)
    for one in events:
        kept = states.from_json(states.to_json(state))
        assert kept == state
        result = step(kept, [one], one.occurred_at, QUICK)
        assert result == step(state, [one], one.occurred_at, QUICK)
        state = result.state


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_no_verdict_without_evidence_and_no_end_without_a_beginning(story: list[tuple[int, Payload]]) -> None:
    events = told(story)
    state, open_ids = begin(CODE), set()
    names = {f"gw/{one.event_id}" for one in events}
    for one in events:
        result = step(state, [one], one.occurred_at, QUICK)
        state = result.state
        for verdict in result.verdicts:
            if verdict.change is Change.DETECTED:
                assert verdict.evidence
                assert {fact.event for fact in verdict.evidence} <= names
                assert verdict.id not in open_ids
                open_ids.add(verdict.id)
            else:
                open_ids.remove(verdict.id)
            assert verdict.at <= one.occurred_at


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_a_step_changes_no_state_that_somebody_holds(story: list[tuple[int, Payload]]) -> None:
    state = begin(CODE)
    for one in told(story):
        before = states.to_json(state)
        after = step(state, [one], one.occurred_at, QUICK).state
        assert states.to_json(state) == before
        state = after


def test_a_state_of_another_version_is_refused() -> None:
    document = json.loads(states.to_json(begin(CODE)))
    for broken in ({**document, "version": 0}, {**document, "head": 7}, {}, []):
        with pytest.raises(states.StateError):
            states.from_json(json.dumps(broken))
    with pytest.raises(states.StateError):
        states.from_json("{")


def test_a_state_stays_small_however_long_it_lives() -> None:
    lift = Lift()
    sizes = []
    for hour in range(1, 7):
        lift.quietly_until(hour * 3600)
        sizes.append(len(states.to_json(lift.state)))
    assert max(sizes) < 12_000
    assert sizes[-1] < sizes[0] + 4000


def test_a_clock_that_is_set_back_undoes_nothing() -> None:
    lift = Lift()
    lift.traps(20)
    lift.until(60)
    result = step(lift.state, (), at(10), lift.thresholds)
    assert result.state == lift.state
    assert not result.verdicts


def test_now_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        step(begin(CODE), (), at(0).replace(tzinfo=None), QUICK)


@pytest.mark.parametrize("name", RANGES)
def test_every_threshold_is_held_to_its_range(name: str) -> None:
    low, high = RANGES[name]
    for value in (low, high):
        assert getattr(Thresholds(**{name: value}), name) == value
    for value in (low - 1, high + 1, float("nan")):
        with pytest.raises(ThresholdError) as caught:
            Thresholds(**{name: value})
        assert caught.value.field == name


def test_thresholds_come_back_from_json_and_strangers_are_refused() -> None:
    one = for_lift(years=20, two_to_one=True, between_floors_s=45)
    assert thresholds_to_json(one)["runs"] == 10_000
    assert thresholds_from_json(json.loads(json.dumps(thresholds_to_json(one)))) == one
    for wrong in ({"speed": 1}, {"runs": "many"}, {"runs": True}, {"runs": None}):
        with pytest.raises(ThresholdError):
            thresholds_from_json(wrong)
