"""Stories of wear, noise, batteries and devices: warnings, but nobody is woken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sensing.events import Alarm, AlarmSource, Counters, Noise
from sensing.verdicts import Condition, Rule

if TYPE_CHECKING:
    from sensing.simulator.director import Director

MINUTE_S: Final = 60.0
RUNS_PER_MINUTE: Final = 8


def worn(d: Director) -> None:
    """The counters of a busy lift reach their thresholds."""
    for minute in range(21):
        runs = 100_000 + minute * RUNS_PER_MINUTE
        running = 6_000_000 + minute * 55
        d.say(Counters(runs=runs, door_cycles=2 * runs, running_s=running, distance_m=running * 2, rope_bends=runs * 3))
        d.wait(MINUTE_S)


def noisy(d: Director) -> None:
    """The microphone reports noise, minute after minute, for more than the whole time."""
    for _minute in range(125):
        d.say(Noise(level_db=round(d.random.uniform(68, 80), 1), period_s=60))
        d.wait(MINUTE_S)


def loud_neighbours(d: Director) -> None:
    """Noise comes and goes: no hour is noisy for half of it."""
    for minute in range(125):
        loud = minute % 60 < 20  # noqa: PLR2004 - a third of the hour
        d.say(Noise(level_db=75.0 if loud else 45.0, period_s=60))
        d.wait(MINUTE_S)


def battery_runs_down(d: Director) -> None:
    """The mains are away for more than an hour; nobody is in the car."""
    d.traffic(60)
    d.change(mains=False)
    d.label(Condition.ON_BATTERY, Rule.BATTERY)
    d.wait(4000)
    d.change(mains=True)
    d.over()
    d.traffic(60)


def device_fault(d: Director) -> None:
    """The controller shows a fault code and recovers."""
    d.traffic(60)
    d.alarm(Alarm(source=AlarmSource.FAULT, code="E32", text="door lock"))
    d.wait(60, 120)
    d.alarm(Alarm(source=AlarmSource.FAULT, active=False, code="E32"))
    d.traffic(60)
