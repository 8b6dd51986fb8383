"""No sensor's error wakes anyone for nothing, and none hides an entrapment for long."""

from __future__ import annotations

from sensing.events import CarState, Direction, Door, Mode, SafetyCircuit
from sensing.verdicts import Change, Condition, Ending, People, Rule
from tests.kit.lift import Lift, at, event


def test_an_empty_parked_car_is_quiet_whatever_its_people_sensor_sees_for_moments() -> None:
    lift = Lift()
    for number in range(100):
        lift.car(10 + number * 30, people=True)
        lift.car(18 + number * 30, people=False)
    lift.until(4000)
    assert not lift.trapped


def test_somebody_seen_in_a_standing_car_that_was_shut_empty_is_no_entrapment() -> None:
    lift = Lift()
    lift.car(100, people=True)
    lift.quietly_until(1500)
    assert not lift.trapped


def test_who_holds_the_door_is_not_trapped() -> None:
    lift = Lift()
    lift.car(0, door=Door.OPEN)
    lift.car(3, people=True)
    lift.quietly_until(1200)
    assert not lift.trapped


def test_a_door_that_closes_again_and_again_lets_people_out_each_time() -> None:
    lift = Lift()
    lift.car(0, door=Door.OPEN, people=True)
    for number in range(60):
        lift.car(5 + number * 10, door=Door.HALF_OPEN)
        lift.car(9 + number * 10, door=Door.OPEN)
    assert not lift.trapped
    assert not lift.stopped


def test_cleaning_behind_a_door_that_is_shut_for_a_minute_is_no_entrapment() -> None:
    lift = Lift()
    lift.boards(0)
    for number in range(5):
        lift.quietly_until(70 + number * 130)
        lift.car(70 + number * 130, door=Door.OPEN)
        lift.quietly_until(130 + number * 130)
        lift.car(130 + number * 130, door=Door.CLOSED)
    assert not lift.trapped


def test_riders_who_could_get_out_and_are_still_seen_are_a_sensor_that_sticks() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=3)
    lift.car(22, door=Door.OPEN)
    lift.car(30, door=Door.CLOSED)
    lift.quietly_until(1800)
    assert not lift.trapped


def test_a_people_sensor_that_never_changes_over_hours_of_empty_runs_is_not_believed() -> None:
    lift = Lift()
    lift.boards(0)
    for number in range(45):
        lift.sets_off(10 + number * 180)
        lift.arrives(25 + number * 180, floor=1 + number % 2 * 4)
        lift.car(30 + number * 180, door=Door.OPEN)
        lift.car(38 + number * 180, door=Door.CLOSED)
    [(_now, verdict)] = lift.verdicts(Condition.SENSOR)
    assert (verdict.subject, verdict.rule) == ("people", Rule.STUCK)
    lift.sets_off(9000)
    lift.stops(9015)
    lift.until(9200)
    assert not lift.trapped
    assert lift.verdicts(Condition.FAULT_STOP)[-1][1].people is People.UNKNOWN


def test_a_door_sensor_that_never_changes_over_five_trips_is_not_believed() -> None:
    lift = Lift()
    lift.car(0, people=True)
    for number in range(5):
        lift.sets_off(10 + number * 40)
        lift.arrives(25 + number * 40, floor=1 + number % 2 * 4)
    lift.quietly_until(700)
    assert [one.subject for _now, one in lift.verdicts(Condition.SENSOR)] == ["door"]
    assert not lift.trapped
    lift.sets_off(700)
    lift.stops(710)
    lift.until(800)
    assert lift.trapped == [(740, "between_floors")]


def test_a_door_zone_that_is_never_reached_is_not_believed_once_the_door_opens_outside_it_again() -> None:
    lift = Lift()
    lift.car(0, in_door_zone=False)
    lift.boards(1)
    for number in range(2):
        lift.car(10 + number * 30, moving=True, direction=Direction.UP)
        lift.car(20 + number * 30, moving=False, direction=Direction.STOPPED, floor=1 + number % 2 * 4)
        lift.car(22 + number * 30, door=Door.OPEN)
        lift.car(30 + number * 30, door=Door.CLOSED)
    lift.quietly_until(400)
    assert [one.subject for _now, one in lift.verdicts(Condition.SENSOR)] == ["in_door_zone"]
    assert not lift.trapped


def test_a_motion_sensor_that_says_standing_while_floors_go_by_is_not_believed() -> None:
    lift = Lift()
    lift.boards(0)
    for floor in range(2, 40):
        lift.car(10 + floor * 3, floor=floor, direction=Direction.UP, in_door_zone=False)
    lift.until(125)
    assert [one.subject for _now, one in lift.verdicts(Condition.SENSOR)] == ["moving"]
    assert not lift.trapped


def test_a_people_sensor_that_flaps_is_believed_neither_way() -> None:
    lift = Lift()
    lift.car(0, door=Door.OPEN)
    for second in range(3, 60):
        lift.car(second, people=second % 2 == 0)
    lift.car(60, door=Door.CLOSED, people=True)
    for second in range(61, 400):
        lift.car(second, people=second % 2 == 0)
    assert not lift.trapped
    assert [(one.subject, one.rule) for _now, one in lift.verdicts(Condition.SENSOR)] == [("people", Rule.FLAPPING)]
    lift.until(600)
    assert lift.verdicts(Condition.SENSOR, Change.CLEARED)


def test_infrared_that_loses_the_passenger_for_seconds_delays_nothing() -> None:
    lift = Lift()
    lift.traps(20)
    lift.car(25, people=False)
    lift.car(33, people=True)
    lift.until(60)
    assert lift.trapped == [(50, "between_floors")]


def test_one_wrong_report_neither_restarts_the_time_nor_ends_the_entrapment() -> None:
    lift = Lift()
    lift.traps(20)
    lift.car(40, moving=True, direction=Direction.UP)
    lift.car(41, moving=False, direction=Direction.STOPPED)
    lift.car(42, door=Door.OPEN, in_door_zone=True)
    lift.car(43, door=Door.CLOSED, in_door_zone=False)
    lift.until(60)
    assert lift.trapped == [(50, "between_floors")]
    lift.car(70, door=Door.OPEN, in_door_zone=True)
    lift.car(80, door=Door.CLOSED, in_door_zone=False)
    lift.until(200)
    assert not lift.freed


def test_a_jerk_of_a_parked_car_is_no_arrival() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=3)
    lift.car(22, door=Door.OPEN)
    lift.car(30, door=Door.CLOSED)
    lift.car(100, moving=True)
    lift.car(110, moving=False)
    lift.quietly_until(900)
    assert not lift.trapped


def test_without_a_people_sensor_the_stop_is_told_and_that_nobody_knows() -> None:
    lift = Lift(parked=CarState(moving=False, door=Door.CLOSED, in_door_zone=True))
    lift.sets_off(10)
    lift.stops(20)
    lift.until(120)
    assert not lift.trapped
    [(now, verdict)] = lift.verdicts(Condition.FAULT_STOP)
    assert (now, verdict.people) == (80, People.UNKNOWN)


def test_without_a_motion_sensor_the_direction_speaks() -> None:
    lift = Lift(parked=CarState(direction=Direction.STOPPED, door=Door.CLOSED, in_door_zone=True, people=False))
    lift.boards(0)
    lift.car(10, direction=Direction.UP, in_door_zone=False)
    lift.car(20, direction=Direction.STOPPED)
    lift.until(60)
    assert lift.trapped == [(50, "between_floors")]


def test_without_any_sensor_of_movement_an_unchanging_floor_outside_the_zone_speaks() -> None:
    lift = Lift(parked=CarState(floor=1, door=Door.CLOSED, in_door_zone=True, people=False))
    lift.boards(0)
    lift.car(10, in_door_zone=False)
    lift.car(20, floor=2)
    lift.until(60)
    assert lift.trapped == [(50, "between_floors")]


def test_without_a_door_sensor_people_between_floors_are_trapped_and_freed_when_they_are_gone() -> None:
    lift = Lift(parked=CarState(moving=False, in_door_zone=True, people=False))
    lift.car(0, people=True)
    lift.sets_off(30)
    lift.stops(40)
    lift.until(80)
    assert lift.trapped == [(70, "between_floors")]
    lift.car(100, in_door_zone=True)
    lift.car(110, people=False)
    lift.until(200)
    assert [ending for _now, ending in lift.freed] == ["people_left"]


def test_a_late_event_is_put_in_its_place_and_takes_back_what_never_was() -> None:
    lift = Lift()
    lift.traps(20)
    lift.until(52)
    assert lift.trapped == [(50, "between_floors")]
    lift.takes([event(22, CarState(moving=True, direction=Direction.UP), "late")], 52)
    lift.until(60)
    [(_now, verdict)] = lift.verdicts(Condition.ENTRAPMENT, Change.CLEARED)
    assert verdict.ending is Ending.RETRACTED


def test_an_event_that_came_before_changes_nothing() -> None:
    lift = Lift()
    lift.traps(20)
    before = lift.state
    lift.takes([event(20, CarState(moving=False, direction=Direction.STOPPED))], 20)
    assert lift.state == before


def test_an_event_of_another_lift_is_ignored() -> None:
    lift = Lift()
    lift.takes([event(0, CarState(door=Door.OPEN), device_code="31101301002019069999")], 0)
    assert [one.device_code for one in lift.ignored] == ["31101301002019069999"]


def test_an_event_from_before_the_window_is_ignored() -> None:
    lift = Lift()
    lift.quietly_until(400)
    lift.takes([event(5, CarState(door=Door.OPEN), "old")], 400)
    assert [one.event_id for one in lift.ignored] == ["old"]


def test_what_an_outage_held_back_calls_nobody_when_it_is_over_and_is_on_record() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    story = [
        event(20, CarState(moving=False, direction=Direction.STOPPED)),
        event(200, CarState(moving=True, direction=Direction.UP)),
        event(210, CarState(moving=False, direction=Direction.STOPPED, in_door_zone=True)),
        event(212, CarState(door=Door.OPEN)),
        event(230, CarState(people=False)),
    ]
    for number, one in enumerate(story):
        lift.takes([one], 600 + number)
    assert not lift.trapped
    lift.until(620)
    changes = [(now, one.change) for now, one in lift.said if one.condition is Condition.ENTRAPMENT]
    assert changes == [(607, Change.DETECTED), (607, Change.CLEARED)]


def test_people_still_trapped_after_an_outage_are_told_of_at_once() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.takes([event(20, CarState(moving=False, direction=Direction.STOPPED))], 600)
    lift.until(620)
    assert lift.trapped == [(603, "between_floors")]
    assert lift.verdicts(Condition.ENTRAPMENT)[0][1].at == at(50)


def test_a_gateway_whose_clock_is_behind_is_not_waited_for_for_ever() -> None:
    lift = Lift()
    for second in range(0, 60, 2):
        moving = 10 <= second < 20
        state = CarState(
            people=second >= 2, moving=moving, in_door_zone=second < 10, door=Door.CLOSED, mode=Mode.NORMAL
        )
        lift.takes([event(second, state)], second + 8)
    assert [now for now, _rule in lift.trapped] == [50]


def test_a_bouncing_safety_circuit_is_no_entrapment() -> None:
    lift = Lift()
    lift.boards(0)
    for number in range(20):
        lift.says(10 + number * 20, SafetyCircuit(open=True))
        lift.says(25 + number * 20, SafetyCircuit(open=False))
        lift.car(26 + number * 20, door=Door.OPEN)
        lift.car(29 + number * 20, door=Door.CLOSED)
    assert not lift.trapped
    assert not lift.stopped


def test_who_left_in_the_last_moment_is_not_trapped_by_what_fails_then() -> None:
    lift = Lift()
    lift.car(0, door=Door.OPEN, people=True)
    lift.car(30, door=Door.CLOSED)
    lift.car(33, people=False)
    lift.says(33, SafetyCircuit(open=True))
    lift.until(200)
    assert not lift.trapped
    assert lift.stopped


def test_a_lost_report_of_the_open_door_and_a_people_sensor_that_sticks_are_no_entrapment() -> None:
    lift = Lift()
    lift.boards(0)
    for number in range(4):
        lift.sets_off(10 + number * 40)
        lift.arrives(20 + number * 40, floor=1 + number % 2 * 4)
        lift.car(22 + number * 40, door=Door.HALF_OPEN)
        if number < 3:
            lift.car(25 + number * 40, door=Door.OPEN)
        lift.car(30 + number * 40, door=Door.CLOSED)
    lift.quietly_until(900)
    assert not lift.trapped


def test_riders_whose_door_opens_half_way_and_shuts_again_are_trapped() -> None:
    lift = Lift()
    lift.boards(0)
    lift.sets_off(10)
    lift.arrives(20, floor=5)
    lift.car(22, door=Door.HALF_OPEN)
    lift.car(26, door=Door.CLOSED)
    lift.quietly_until(200)
    assert lift.trapped == [(80, "door_stays_shut")]
