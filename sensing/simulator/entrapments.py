"""Stories in which people are trapped, each in its own way, and got out after some minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensing.events import Alarm, AlarmSource, Door, Mode
from sensing.verdicts import Condition, Rule

if TYPE_CHECKING:
    from sensing.simulator.director import Director


def between_floors(d: Director) -> None:
    """Stop on the way with people in the car."""
    d.traffic(60)
    d.board(d.random.randint(1, 4))
    d.stop_between_floors()
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(240, 420)
    rescue(d)


def sitting_still(d: Director) -> None:
    """The same with one person, whom infrared keeps losing."""
    d.traffic(60)
    d.board(1)
    d.stop_between_floors()
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(400, 600)
    rescue(d)


def door_forced(d: Director) -> None:
    """Stop on the way; the passengers pull the door open and look at a wall."""
    d.traffic(60)
    d.board(2)
    d.stop_between_floors()
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(10, 20)
    d.open()
    d.wait(200, 300)
    d.change(door=Door.CLOSED)
    rescue(d)


def power_cut_on_the_way(d: Director) -> None:
    """The mains fail while people ride; no rescue device."""
    d.traffic(60)
    d.board(2)
    d.stop_between_floors()
    d.change(mains=False)
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(240, 420)
    d.change(mains=True)
    rescue(d)


def power_cut_at_landing(d: Director) -> None:
    """The mains fail just before the car sets off; the door does not open."""
    d.traffic(60)
    d.board(1)
    d.change(mains=False)
    d.label(Condition.ENTRAPMENT, Rule.POWER_CUT)
    d.wait(240, 420)
    d.change(mains=True)
    freed(d)


def safety_circuit(d: Director) -> None:
    """The safety circuit opens at a landing, behind people who have just got in."""
    d.traffic(60)
    d.board(2)
    d.change(safety_open=True)
    d.label(Condition.ENTRAPMENT, Rule.SAFETY_CIRCUIT)
    d.wait(240, 420)
    d.change(safety_open=False)
    freed(d)


def door_stays_shut(d: Director) -> None:
    """The car arrives with people and its door does not open."""
    d.traffic(60)
    d.board(2)
    d.run()
    d.label(Condition.ENTRAPMENT, Rule.DOOR_STAYS_SHUT)
    d.wait(240, 420)
    freed(d)


def door_half_open(d: Director) -> None:
    """The car arrives with people and its door stops half way."""
    d.traffic(60)
    d.board(2)
    d.run()
    d.change(door=Door.HALF_OPEN)
    d.label(Condition.ENTRAPMENT, Rule.DOOR_HALF_OPEN)
    d.wait(240, 420)
    freed(d)


def not_starting(d: Director) -> None:
    """People get in, the door shuts, and nothing happens."""
    d.traffic(60)
    d.board(2)
    d.label(Condition.ENTRAPMENT, Rule.NOT_STARTING)
    d.wait(400, 600)
    freed(d)


def twice(d: Director) -> None:
    """Trapped, let out, and half an hour's work later trapped again."""
    between_floors(d)
    d.traffic(120)
    door_stays_shut(d)


def mechanic_comes(d: Director) -> None:
    """Stop on the way; the mechanic switches to inspection before anybody is out."""
    d.traffic(60)
    d.board(2)
    d.stop_between_floors()
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(180, 240)
    d.change(mode=Mode.INSPECTION)
    d.wait(60, 120)
    rescue(d)
    d.change(mode=Mode.NORMAL)


def device_says_so(d: Director) -> None:
    """A gateway with a camera of its own recognises the entrapment, and no sensor of ours is there."""
    d.traffic(60)
    d.board(1)
    d.stop_between_floors()
    d.label(Condition.ENTRAPMENT, Rule.DEVICE)
    d.alarm(Alarm(source=AlarmSource.ENTRAPMENT, code="T1"))
    d.wait(200, 300)
    d.alarm(Alarm(source=AlarmSource.ENTRAPMENT, active=False, code="T1"))
    rescue(d)


def during_outage(d: Director) -> None:
    """The network is away for two minutes in which people are trapped; they still are when it is back."""
    d.traffic(60)
    d.board(2)
    d.stop_between_floors()
    d.outages.append((d.now - 20, d.now + 100))
    d.label(Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS)
    d.wait(300, 420)
    rescue(d)


def rescue(d: Director) -> None:
    """Bring the car to a landing and let everybody out."""
    d.crawl_to_landing()
    freed(d)


def freed(d: Director) -> None:
    """Open the door; the entrapment is over."""
    d.open()
    d.over()
    d.wait(2, 4)
    d.change(people=0)
    d.wait(5, 10)
    d.close()
    d.traffic(60)
