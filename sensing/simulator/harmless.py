"""Stories in which nobody may be woken, however much they look like trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sensing.events import Direction, Mode

if TYPE_CHECKING:
    from sensing.simulator.director import Director


def ordinary(d: Director) -> None:
    """Carry people about for ten minutes."""
    d.traffic(600)


def rush_hour(d: Director) -> None:
    """Never empty for ten minutes: some get in and out at each floor."""
    d.board(4)
    until = d.now + 600
    while d.now < until:
        d.run()
        d.open()
        d.wait(1, 2)
        d.change(people=max(1, d.truth.people + d.random.randint(-2, 2)))
        d.wait(2, 4)
        d.close()
    d.run()
    d.alight()


def parked(d: Director) -> None:
    """Stand empty and shut for half an hour."""
    d.traffic(60)
    d.wait(1800)
    d.traffic(60)


def door_held(d: Director) -> None:
    """Somebody in the car holds the door for minutes, waiting for another."""
    d.traffic(60)
    d.open()
    d.wait(1, 2)
    d.change(people=1)
    d.wait(200, 400)
    d.change(people=2)
    d.close()
    d.run()
    d.alight()
    d.traffic(60)


def door_blocked(d: Director) -> None:
    """The door shuts against a box again and again, with somebody in the car."""
    d.traffic(60)
    d.open()
    d.wait(1, 2)
    d.change(people=1)
    for _again in range(d.random.randint(20, 30)):
        d.close()
        d.wait(0.3, 2)
        d.open()
        d.wait(3, 5)
    d.close()
    d.run()
    d.alight()
    d.traffic(60)


def cleaning(d: Director) -> None:
    """Clean the car: the door held open, shut for a minute now and then, people in it all the time."""
    d.traffic(60)
    d.open()
    d.change(people=1)
    for _corner in range(4):
        d.wait(60, 150)
        d.close()
        d.wait(20, 90)
        d.open()
    d.wait(30, 60)
    d.change(people=0)
    d.wait(3, 5)
    d.close()
    d.traffic(60)


def undecided(d: Director) -> None:
    """Somebody gets in, is on the telephone, and presses nothing for two minutes."""
    d.traffic(60)
    d.board(1)
    d.wait(60, 130)
    d.run()
    d.alight()
    d.traffic(60)


def inspection(d: Director) -> None:
    """A mechanic rides on inspection, stopping between floors."""
    _with_somebody(d, Mode.INSPECTION)


def fire(d: Director) -> None:
    """Firemen use the lift."""
    _with_somebody(d, Mode.FIRE)


def attendant(d: Director) -> None:
    """Removers have the lift with its attendant, who waits with them behind a shut door."""
    d.traffic(60)
    d.change(mode=Mode.ATTENDANT)
    for _load in range(3):
        d.board(2)
        d.wait(100, 300)
        d.run()
        d.alight()
    d.change(mode=Mode.NORMAL)
    d.traffic(60)


def _with_somebody(d: Director, mode: Mode) -> None:
    d.traffic(60)
    d.change(mode=mode)
    d.board(1)
    d.stop_between_floors()
    d.wait(200, 400)
    d.crawl_to_landing()
    d.wait(60, 120)
    d.alight()
    d.change(mode=Mode.NORMAL)
    d.traffic(60)


def switched_off(d: Director) -> None:
    """Switch the empty lift off for the night."""
    d.traffic(60)
    d.change(mode=Mode.STOP)
    d.wait(900)
    d.change(mode=Mode.NORMAL)
    d.traffic(60)


def power_dip(d: Director) -> None:
    """The mains are away for seconds; the controller goes on by itself."""
    d.traffic(60)
    d.board(2)
    d.stop_between_floors()
    d.change(mains=False)
    d.wait(2, 8)
    d.change(mains=True)
    d.wait(5, 10)
    d.crawl_to_landing()
    d.alight()
    d.traffic(60)


def rescue_device(d: Director) -> None:
    """The mains fail; the rescue device brings the car to a landing and lets the people out."""
    d.traffic(60)
    d.board(2)
    d.run()
    d.alight(1)
    d.change(mains=False)
    d.wait(10, 25)
    d.open()
    d.wait(2, 4)
    d.change(people=0)
    d.wait(60, 120)
    d.change(mains=True)
    d.close()
    d.traffic(60)


def safety_bounce(d: Director) -> None:
    """A contact of the safety circuit bounces while people ride; the controller starts again."""
    d.traffic(60)
    for _time in range(4):
        d.board(1)
        d.change(safety_open=True)
        d.wait(0.5, 10)
        d.change(safety_open=False)
        d.run()
        d.alight()
    d.traffic(60)


def releveling(d: Director) -> None:
    """The car levels again and again while people get in slowly."""
    d.traffic(60)
    d.open()
    d.change(people=2)
    for _time in range(6):
        d.wait(5, 15)
        d.change(moving=True, direction=Direction.UP, in_door_zone=False)
        d.wait(0.4, 1.5)
        d.change(moving=False, direction=Direction.STOPPED, in_door_zone=True)
    d.close()
    d.run()
    d.alight()
    d.traffic(60)


def network_outage(d: Director) -> None:
    """The network is away for some minutes in the middle of traffic; the gateway delivers later."""
    d.traffic(120)
    d.outages.append((d.now - d.random.uniform(0, 30), d.now + d.random.uniform(120, 300)))
    d.traffic(480)


def people_stuck_on(d: Director) -> None:
    """The people sensor says "somebody" from a ride on, while the car runs and parks empty for hours."""
    for _hour in range(3):
        for _run in range(12):
            d.run()
            d.open()
            d.wait(3, 5)
            d.close()
        d.wait(1800, 2700)


def sensor_trouble(d: Director) -> None:
    """Ordinary traffic with a pause, for a lift one of whose sensors fails."""
    d.traffic(400)
    d.wait(400, 600)
    d.traffic(400)
