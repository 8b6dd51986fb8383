"""故障停机: a lift that cannot run, with nobody in it as far as is known."""

from __future__ import annotations

import pytest

from sensing.events import CarState, Door, Mode, SafetyCircuit
from sensing.verdicts import Change, Condition, People
from tests.kit.lift import Lift, at


def test_an_empty_car_between_floors_is_told_after_a_minute_and_ends_when_it_is_level_again() -> None:
    lift = Lift()
    lift.sets_off(10)
    lift.stops(20)
    lift.until(100)
    [(now, verdict)] = lift.verdicts(Condition.FAULT_STOP)
    assert (now, verdict.rule.value, verdict.people) == (80, "between_floors", People.ABSENT)
    lift.car(200, in_door_zone=True)
    lift.until(230)
    [(now, cleared)] = lift.verdicts(Condition.FAULT_STOP, Change.CLEARED)
    assert (now, cleared.at) == (214, at(202))
    assert not lift.trapped


def test_an_open_safety_circuit_is_told_and_ends_when_it_is_closed() -> None:
    lift = Lift()
    lift.says(10, SafetyCircuit(open=True))
    lift.until(100)
    assert lift.stopped == [(70, "safety_circuit")]
    lift.says(100, SafetyCircuit(open=False))
    lift.until(130)
    assert lift.verdicts(Condition.FAULT_STOP, Change.CLEARED)


def test_a_door_that_stays_half_open_is_told() -> None:
    lift = Lift()
    lift.car(10, door=Door.HALF_OPEN)
    lift.quietly_until(100)
    assert lift.stopped == [(70, "door_half_open")]


@pytest.mark.parametrize("mode", [Mode.INSPECTION, Mode.FIRE, Mode.ATTENDANT, Mode.STOP])
def test_none_begins_while_somebody_sees_to_the_lift_or_it_is_switched_off(mode: Mode) -> None:
    lift = Lift()
    lift.car(0, mode=mode)
    lift.sets_off(10)
    lift.stops(20)
    lift.says(21, SafetyCircuit(open=True))
    lift.until(600)
    assert not lift.stopped


def test_what_began_does_not_end_because_the_mechanic_switches_to_inspection() -> None:
    lift = Lift()
    lift.says(10, SafetyCircuit(open=True))
    lift.car(90, mode=Mode.INSPECTION)
    lift.until(300)
    assert not lift.verdicts(Condition.FAULT_STOP, Change.CLEARED)


def test_who_is_trapped_is_not_a_fault_stop_besides_and_the_stop_is_told_once_they_are_out() -> None:
    lift = Lift()
    lift.traps(20)
    lift.says(21, SafetyCircuit(open=True))
    lift.until(200)
    assert not lift.stopped
    lift.car(200, in_door_zone=True, door=Door.OPEN)
    lift.car(205, people=False)
    lift.until(300)
    assert [rule for _now, rule in lift.stopped] == ["safety_circuit"]


def test_one_wrong_report_does_not_end_it() -> None:
    lift = Lift()
    lift.sets_off(10)
    lift.stops(20)
    lift.car(100, in_door_zone=True)
    lift.car(109, in_door_zone=False)
    lift.says(150, CarState(people=False))
    assert not lift.verdicts(Condition.FAULT_STOP, Change.CLEARED)
