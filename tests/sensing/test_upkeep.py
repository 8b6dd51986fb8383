"""Table 1 of the notice: when maintenance is due; and the battery that must last an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sensing.detection import discounted, maintained
from sensing.events import Alarm, AlarmSource, Counters, Door, Noise, Power, PowerState
from sensing.thresholds import Thresholds, for_lift
from sensing.upkeep import Item
from sensing.verdicts import Change, Condition, Ending, Rule
from tests.kit.lift import START, Lift, at

DAY = 86_400


def due(lift: Lift) -> list[str | None]:
    return [one.subject for _now, one in lift.verdicts(Condition.MAINTENANCE)]


@pytest.mark.parametrize(
    ("counter", "threshold"),
    [
        ("runs", 15_000),
        ("door_cycles", 60_000),
        ("running_s", 1_000_000),
        ("distance_m", 300_000),
        ("rope_bends", 18_000),
    ],
)
def test_each_count_of_table_1_is_due_exactly_at_its_threshold(counter: str, threshold: int) -> None:
    lift = Lift()
    lift.says(0, Counters(**{counter: 500}))
    lift.says(20 * DAY, Counters(**{counter: 500 + threshold - 1}))
    assert counter not in due(lift)
    lift.says(20 * DAY + 60, Counters(**{counter: 500 + threshold}))
    [(_now, verdict)] = [one for one in lift.verdicts(Condition.MAINTENANCE) if one[1].subject == counter]
    assert (verdict.rule, verdict.thresholds) == (Rule.COUNT_REACHED, ((counter, float(threshold)),))
    assert [(one.name, one.value, one.event) for one in verdict.evidence] == [
        (counter, str(threshold), f"gw/counters-{20 * DAY + 60:g}")
    ]


def test_an_old_lift_is_due_after_ten_thousand_runs_and_two_to_one_roping_after_54_000_bends() -> None:
    assert for_lift(years=14.9) == Thresholds()
    old = for_lift(years=15, two_to_one=True)
    assert (old.runs, old.rope_bends, old.bends_per_run) == (10_000, 54_000, 3)


def test_a_counter_that_was_replaced_goes_on_from_nothing_and_a_wrong_reading_counts_nothing() -> None:
    lift = Lift(runs=1000)
    for hour, reading in enumerate([90_000, 90_400, 200, 900_000, 900_300]):
        lift.says(hour * 3600, Counters(runs=reading))
        assert not due(lift)
    lift.says(5 * 3600, Counters(runs=900_400))  # 400, 200, (a wrong one), 300, 100
    assert due(lift) == ["runs"]


def test_without_counters_close_run_open_is_one_run() -> None:
    lift = Lift(runs=100)
    for number in range(100):
        assert lift.state.head.wear.runs.used == number
        begin = number * 60
        lift.sets_off(begin)
        lift.arrives(begin + 15, floor=1 + number % 2 * 4)
        lift.car(begin + 20, door=Door.OPEN)
        lift.car(begin + 28, door=Door.CLOSED)
        lift.car(begin + 35, door=Door.OPEN)  # opened again without having run: no run
        lift.car(begin + 45, door=Door.CLOSED)
    wear = lift.state.head.wear
    assert (wear.runs.used, wear.rope_bends.used) == (100, 100)
    assert wear.door_cycles.used == pytest.approx(199, abs=1)
    assert wear.running_s.used == pytest.approx(1500)
    assert "runs" in due(lift)


def test_noise_is_due_when_it_has_gone_on_for_twelve_hours() -> None:
    lift = Lift()
    for minute in range(12 * 60):
        lift.says(minute * 60, Noise(level_db=70, period_s=60))
    assert not due(lift)
    lift.says(12 * 3600, Noise(level_db=70, period_s=60))
    assert due(lift) == ["noise"]


def test_noise_in_less_than_half_of_one_hour_is_not_continuous() -> None:
    lift = Lift(noise_h=4)
    for minute in range(10 * 60):
        quiet = 120 <= minute < 155 or 240 <= minute < 275 or 420 <= minute < 455
        lift.says(minute * 60, Noise(level_db=40 if quiet else 70))
    assert not due(lift)


def test_noise_is_not_reported_while_it_is_muted_and_an_abnormal_sound_counts_as_noise() -> None:
    until = START.timestamp() + 3 * 3600
    lift = Lift(noise_h=1, noise_muted_until_s=until)
    for minute in range(5 * 60 + 1):
        lift.says(minute * 60, Noise(abnormal=True))
        assert not due(lift) or minute >= 240
    assert due(lift) == ["noise"]


def test_two_entrapments_within_a_month_are_due_but_not_a_false_one() -> None:
    lift = Lift()
    other = Lift()
    for number, one in enumerate((lift, lift, other, other)):
        if number == 3:
            [(_now, verdict)] = other.verdicts(Condition.ENTRAPMENT)
            other.state = discounted(other.state, verdict.at)
        begin = number % 2 * 10 * DAY + 20
        one.traps(begin)
        one.until(begin + 40)
        one.car(begin + 60, in_door_zone=True, door=Door.OPEN)
        one.car(begin + 80, people=False)
        one.car(begin + 90, door=Door.CLOSED)
    assert due(lift) == ["entrapments"]
    assert not due(other)


def test_a_month_after_the_last_maintenance_it_is_due_anyway_and_doing_it_ends_the_warning() -> None:
    lift = Lift(interval_days=30)
    assert lift.wake_at == at(-10) + timedelta(days=30)
    lift.until(30 * DAY)
    assert due(lift) == ["interval"]
    lift.state = maintained(lift.state, at(31 * DAY), "order-17")
    lift.takes([], 31 * DAY)
    [(_now, cleared)] = lift.verdicts(Condition.MAINTENANCE, Change.CLEARED)
    assert cleared.ending is Ending.MAINTAINED
    lift.car(31 * DAY + 1, floor=2)
    lift.until(62 * DAY)
    [_first, (now, again)] = lift.verdicts(Condition.MAINTENANCE)
    assert now == 61 * DAY
    assert again.evidence[0].event == "order-17"


def test_maintenance_of_one_item_leaves_the_others() -> None:
    lift = Lift(runs=100, door_cycles=100)
    lift.says(0, Counters(runs=0, door_cycles=0))
    lift.says(3600, Counters(runs=150, door_cycles=90))
    lift.state = maintained(lift.state, at(3601), "order", [Item.RUNS])
    lift.says(7200, Counters(runs=240, door_cycles=110))
    assert due(lift) == ["runs", "door_cycles"]
    assert lift.state.head.wear.runs.used == 90


def test_the_battery_warns_that_it_works_that_it_is_low_and_that_it_will_not_last_the_hour() -> None:
    lift = Lift()
    lift.says(0, Power(state=PowerState.LOST, charge_percent=100, remaining_s=5000))
    lift.until(10)
    assert lift.verdicts(Condition.ON_BATTERY)[0][0] == 5
    lift.says(1401, Power(state=PowerState.ON_BATTERY, charge_percent=72, remaining_s=3599))
    assert lift.verdicts(Condition.BATTERY_SHORT)[0][0] == 1401
    assert not lift.verdicts(Condition.BATTERY_LOW)
    lift.says(3500, Power(state=PowerState.ON_BATTERY, charge_percent=30, remaining_s=1500))
    assert lift.verdicts(Condition.BATTERY_LOW)[0][0] == 3500
    lift.says(4000, Power(state=PowerState.RESTORED, charge_percent=33, remaining_s=3700))
    lift.until(4010)
    assert lift.verdicts(Condition.ON_BATTERY, Change.CLEARED)
    assert not lift.verdicts(Condition.BATTERY_LOW, Change.CLEARED)  # not until it has really recovered
    lift.says(9000, Power(state=PowerState.RESTORED, charge_percent=90, remaining_s=4500))
    assert lift.verdicts(Condition.BATTERY_LOW, Change.CLEARED)
    assert lift.verdicts(Condition.BATTERY_SHORT, Change.CLEARED)


def test_a_dip_of_the_mains_is_no_power_cut() -> None:
    lift = Lift()
    lift.says(0, Power(state=PowerState.LOST))
    lift.says(4, Power(state=PowerState.RESTORED))
    lift.until(100)
    assert not lift.verdicts(Condition.ON_BATTERY)


def test_what_remains_is_reckoned_from_the_charge_where_the_device_does_not_say() -> None:
    lift = Lift(battery_full_s=7200)
    lift.says(0, Power(state=PowerState.ON_BATTERY, charge_percent=51))
    assert not lift.verdicts(Condition.BATTERY_SHORT)
    lift.says(60, Power(state=PowerState.ON_BATTERY, charge_percent=49))
    assert lift.verdicts(Condition.BATTERY_SHORT)


def test_a_devices_own_alarm_is_passed_on_once_until_it_says_that_it_is_over() -> None:
    lift = Lift()
    lift.says(1, Alarm(source=AlarmSource.FAULT, code="E32"))
    lift.says(2, Alarm(source=AlarmSource.FAULT, code="E32"))
    lift.says(9, Alarm(source=AlarmSource.FAULT, active=False))
    lift.says(20, Alarm(source=AlarmSource.FAULT, code="E32"))
    told = [(now, one.change, one.subject) for now, one in lift.said if one.condition is Condition.DEVICE_ALARM]
    assert told == [(1, Change.DETECTED, "fault"), (9, Change.CLEARED, "fault"), (20, Change.DETECTED, "fault")]


def test_every_press_of_the_button_is_passed_on() -> None:
    lift = Lift()
    lift.says(1, Alarm(source=AlarmSource.BUTTON))
    lift.says(5, Alarm(source=AlarmSource.BUTTON))
    assert [now for now, _one in lift.verdicts(Condition.DEVICE_ALARM)] == [1, 5]


def test_where_the_gateway_counts_nothing_is_counted_twice() -> None:
    lift = Lift()
    lift.says(0, Counters(runs=500, running_s=100))
    lift.sets_off(1)
    lift.arrives(15, floor=3)
    lift.car(20, door=Door.OPEN)
    lift.car(28, door=Door.CLOSED)
    lift.says(60, Counters(runs=501, running_s=114))
    wear = lift.state.head.wear
    assert (wear.runs.used, wear.running_s.used, wear.rope_bends.used) == (1, 14, 1)
