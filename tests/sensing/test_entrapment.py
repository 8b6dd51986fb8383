"""Annex 1 section 六: people in the car, no way out, no movement, for the rule's time."""

from __future__ import annotations

import pytest

from sensing.events import Alarm, AlarmSource, CarState, Door, Heartbeat, Mode, Power, PowerState, SafetyCircuit
from sensing.verdicts import Change, Condition
from tests.kit.lift import Lift, at, event


def test_people_between_floors_are_told_of_after_thirty_seconds_with_all_that_speaks_for_it() -> None:
    lift = Lift()
    lift.traps(20)
    lift.until(60)
    [(now, verdict)] = lift.verdicts(Condition.ENTRAPMENT)
    assert now == 50
    assert (verdict.at, verdict.since) == (at(50), at(20))
    assert verdict.thresholds == (("between_floors_s", 30.0),)
    facts = {one.name: (one.value, one.event) for one in verdict.evidence}
    assert facts["people"] == ("true", "gw/car_state-3")
    assert facts["moving"] == ("false", "gw/car_state-20")
    assert facts["in_door_zone"] == ("false", "gw/car_state-10")
    assert facts["door"] == ("closed", "gw/car_state-6")


def test_a_door_pulled_open_between_floors_leads_nowhere() -> None:
    lift = Lift()
    lift.traps(20)
    lift.car(25, door=Door.OPEN)
    lift.until(120)
    assert lift.trapped == [(50, "between_floors")]
    assert not lift.freed


def test_an_open_safety_circuit_behind_people_who_got_in_is_told_after_thirty_seconds() -> None:
    lift = Lift()
    lift.boards(1)
    lift.says(10, SafetyCircuit(open=True))
    lift.until(60)
    assert lift.trapped == [(40, "safety_circuit")]


def test_a_power_cut_is_given_a_minute_for_the_rescue_device() -> None:
    lift = Lift()
    lift.boards(1)
    lift.says(10, Power(state=PowerState.LOST))
    lift.until(90)
    assert lift.trapped == [(70, "power_cut")]


def test_a_car_without_mains_stands_although_nothing_said_that_it_stopped() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.says(15, Power(state=PowerState.LOST))
    lift.until(90)
    assert lift.trapped == [(45, "between_floors")]


def test_a_door_that_does_not_open_on_arrival_is_told_after_a_minute() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=3)
    lift.quietly_until(100)
    assert lift.trapped == [(80, "door_stays_shut")]


def test_a_door_that_stops_half_way_is_told_after_a_minute() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=3)
    lift.car(22, door=Door.OPEN)
    lift.car(27, door=Door.HALF_OPEN)
    lift.quietly_until(120)
    assert lift.trapped == [(87, "door_half_open")]


def test_people_who_got_in_and_nothing_happens_are_told_of_after_three_minutes() -> None:
    lift = Lift()
    lift.boards(0)
    lift.quietly_until(250)
    assert lift.trapped == [(186, "not_starting")]


def test_a_device_that_recognises_it_itself_is_believed_at_once() -> None:
    lift = Lift()
    lift.says(10, Alarm(source=AlarmSource.ENTRAPMENT, code="T1"))
    assert lift.trapped == [(10, "device")]
    lift.says(60, Alarm(source=AlarmSource.ENTRAPMENT, active=False, code="T1"))
    assert lift.freed == [(60, "device")]


@pytest.mark.parametrize("mode", [Mode.INSPECTION, Mode.FIRE, Mode.ATTENDANT])
def test_nobody_is_trapped_beside_somebody_who_knows_the_lift(mode: Mode) -> None:
    lift = Lift()
    lift.car(0.5, mode=mode)
    lift.traps(30)
    lift.says(40, Alarm(source=AlarmSource.ENTRAPMENT))
    lift.says(41, SafetyCircuit(open=True))
    lift.until(600)
    assert not lift.trapped
    assert not lift.stopped
    lift.car(600, mode=Mode.NORMAL)
    lift.until(700)
    assert lift.trapped == [(630, "between_floors")]  # its time runs from the end of the mode


def test_a_stopped_mode_suppresses_nothing() -> None:
    lift = Lift()
    lift.traps(20)
    lift.car(21, mode=Mode.STOP)
    lift.until(60)
    assert lift.trapped == [(50, "between_floors")]


def test_it_ends_with_the_door_that_stays_open_at_a_landing_at_the_moment_it_opened() -> None:
    lift = Lift()
    lift.traps(20)
    lift.sets_off(100)
    lift.arrives(110, floor=1)
    lift.car(112, door=Door.OPEN)
    lift.until(140)
    [(now, verdict)] = lift.verdicts(Condition.ENTRAPMENT, Change.CLEARED)
    assert (now, verdict.at) == (124, at(112))
    assert verdict.id == lift.verdicts(Condition.ENTRAPMENT)[0][1].id


def test_it_ends_when_nobody_is_behind_a_door_that_was_open_for_moments() -> None:
    lift = Lift()
    lift.traps(20)
    lift.arrives(110, floor=1)
    lift.car(112, door=Door.OPEN)
    lift.car(114, people=False)
    lift.car(118, door=Door.CLOSED)
    lift.until(200)
    assert [ending for _now, ending in lift.freed] == ["people_left"]


def test_it_does_not_end_because_the_mechanic_comes_or_infrared_loses_the_passenger() -> None:
    lift = Lift()
    lift.traps(20)
    lift.car(60, mode=Mode.INSPECTION)
    lift.car(70, people=False)
    lift.until(600)
    assert lift.trapped == [(50, "between_floors")]
    assert not lift.freed


def test_a_cleared_entrapment_can_be_detected_again() -> None:
    lift = Lift()
    lift.traps(20)
    lift.arrives(110, floor=1)
    lift.car(112, door=Door.OPEN)
    lift.car(126, people=False)
    lift.car(130, door=Door.CLOSED)
    lift.traps(200)
    lift.until(300)
    assert lift.trapped == [(50, "between_floors"), (230, "between_floors")]
    assert len({one.id for _now, one in lift.verdicts(Condition.ENTRAPMENT)}) == 2


def test_the_longer_time_of_one_lift_is_kept() -> None:
    lift = Lift(between_floors_s=90)
    lift.traps(20)
    lift.quietly_until(200)
    assert lift.trapped == [(110, "between_floors")]


def test_a_gateway_that_fell_silent_at_a_shut_door_tells_of_no_entrapment_until_it_is_heard() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=3)
    lift.until(400)
    assert not lift.trapped
    lift.says(400, Heartbeat())
    assert lift.trapped == [(400, "door_stays_shut")]


def test_an_event_ahead_of_our_clock_waits_for_its_moment() -> None:
    lift = Lift()
    lift.traps(20)
    lift.until(30)
    lift.takes([], 30)
    ahead = CarState(moving=True, in_door_zone=False)
    lift.takes([event(36, ahead)], 30)
    assert lift.wake_at == at(36)
    lift.until(80)
    assert not lift.trapped
