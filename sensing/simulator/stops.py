"""Stories in which the lift stops with nobody in it, or with nobody knowing (故障停机)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensing.events import Door
from sensing.simulator.entrapments import between_floors
from sensing.verdicts import Condition, Rule

if TYPE_CHECKING:
    from sensing.simulator.director import Director


def empty_between_floors(d: Director) -> None:
    """An empty car stops on its way to a call."""
    d.traffic(60)
    d.stop_between_floors()
    d.label(Condition.FAULT_STOP, Rule.BETWEEN_FLOORS)
    d.wait(200, 400)
    d.crawl_to_landing()
    d.over()
    d.traffic(60)


def empty_safety_circuit(d: Director) -> None:
    """The safety circuit opens while the car is parked empty."""
    d.traffic(60)
    d.change(safety_open=True)
    d.label(Condition.FAULT_STOP, Rule.SAFETY_CIRCUIT)
    d.wait(200, 400)
    d.change(safety_open=False)
    d.over()
    d.traffic(60)


def empty_door_half_open(d: Director) -> None:
    """The door of an empty car sticks half way."""
    d.traffic(60)
    d.run()
    d.change(door=Door.HALF_OPEN)
    d.label(Condition.FAULT_STOP, Rule.DOOR_HALF_OPEN)
    d.wait(200, 400)
    d.change(door=Door.CLOSED)
    d.over()
    d.traffic(60)


def nobody_knows(d: Director) -> None:
    """People are trapped between floors in a car without a people sensor: at least the stop is seen."""
    between_floors(d)
    for label in d.labels:
        label.condition = Condition.FAULT_STOP
