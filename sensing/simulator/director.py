"""Moves one lift about: what really happens, second by second, as a script of changes with the labels of the truth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sensing.events import Alarm, Direction, Door, Mode, Payload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from sensing.verdicts import Condition, Rule

FLOORS: Final = 12
FLOOR_S: Final = 2.5
"""From one floor to the next."""
DOOR_S: Final = 2.5
"""Opening or closing."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The lift as it is."""

    floor: int = 1
    direction: Direction = Direction.STOPPED
    moving: bool = False
    door: Door = Door.CLOSED
    in_door_zone: bool = True
    people: int = 0
    mode: Mode = Mode.NORMAL
    safety_open: bool = False
    mains: bool = True
    loud: bool = False


@dataclass(slots=True)
class Label:
    """What was really the matter, from when on the rule's time runs until it was over."""

    condition: Condition
    rule: Rule
    start_s: float
    end_s: float | None = None


@dataclass(slots=True)
class Director:
    """Writes the script. Times are seconds from the beginning of the trace."""

    random: Random
    now: float = 0.0
    truth: Truth = field(default_factory=Truth)
    script: list[tuple[float, Truth]] = field(default_factory=lambda: [(0.0, Truth())])
    said: list[tuple[float, Payload]] = field(default_factory=list)
    """Events that devices send by themselves, besides what sensors see."""
    labels: list[Label] = field(default_factory=list)
    runs: int = 0
    outages: list[tuple[float, float]] = field(default_factory=list)
    """When the network is away, for scenarios with an outage."""

    def change(self, **what: Any) -> None:  # noqa: ANN401 - any field of the truth
        """Change something now."""
        self.truth = replace(self.truth, **what)
        self.script.append((self.now, self.truth))

    def wait(self, low: float, high: float | None = None) -> None:
        """Let time pass: `low` seconds, or something between both."""
        self.now += low if high is None else self.random.uniform(low, high)

    def say(self, payload: Payload) -> None:
        """Let a device send something."""
        self.said.append((self.now, payload))

    def alarm(self, alarm: Alarm) -> None:
        """Let a device raise or clear an alarm; it says so twice."""
        self.said += [(self.now, alarm), (self.now + 10, alarm)]

    def label(self, condition: Condition, rule: Rule) -> None:
        """From now on this is the matter, by this rule."""
        self.labels.append(Label(condition, rule, self.now))

    def over(self) -> None:
        """Nothing is the matter any more."""
        for one in self.labels:
            if one.end_s is None:
                one.end_s = self.now

    def open(self) -> None:
        """Open the door."""
        self.change(door=Door.HALF_OPEN)
        self.wait(DOOR_S)
        self.change(door=Door.OPEN)

    def close(self) -> None:
        """Close the door."""
        self.change(door=Door.HALF_OPEN)
        self.wait(DOOR_S)
        self.change(door=Door.CLOSED)

    def board(self, people: int) -> None:
        """Open, let people in, close."""
        self.open()
        self.wait(1, 3)
        self.change(people=self.truth.people + people)
        self.wait(1, 4)
        self.close()

    def alight(self, people: int | None = None) -> None:
        """Open, let people out, close."""
        self.open()
        self.wait(1, 3)
        self.change(people=0 if people is None else max(0, self.truth.people - people))
        self.wait(2, 4)
        self.close()

    def start(self, floor: int) -> None:
        """Set off to a floor."""
        self.wait(0.5, 2)
        direction = Direction.UP if floor > self.truth.floor else Direction.DOWN
        self.change(moving=True, direction=direction)
        self.wait(0.7)
        self.change(in_door_zone=False)

    def run(self, floor: int | None = None) -> None:
        """Run to a floor, or to any other one."""
        to = self.other_floor() if floor is None else floor
        if to == self.truth.floor:
            return
        self.start(to)
        for passed in self.way(to):
            self.wait(FLOOR_S)
            self.change(floor=passed)
        self.change(in_door_zone=True)
        self.wait(0.7)
        self.change(moving=False, direction=Direction.STOPPED)
        self.runs += 1
        self.wait(0.5, 1.5)

    def stop_between_floors(self) -> None:
        """Set off, and stop on the way."""
        to = self.other_floor(far=True)
        self.start(to)
        way = list(self.way(to))
        for passed in way[: self.random.randrange(len(way))]:
            self.wait(FLOOR_S)
            self.change(floor=passed)
        self.wait(FLOOR_S / 2)
        self.change(moving=False, direction=Direction.STOPPED)

    def crawl_to_landing(self) -> None:
        """Move slowly to the nearest landing, as a rescue does."""
        self.change(moving=True, direction=Direction.DOWN)
        self.wait(6, 12)
        self.change(in_door_zone=True)
        self.wait(0.7)
        self.change(moving=False, direction=Direction.STOPPED)
        self.wait(1, 2)

    def traffic(self, seconds: float) -> None:
        """Carry people about, as on any day, for so long at least."""
        until = self.now + seconds
        while self.now < until:
            if self.random.random() < 0.7:  # noqa: PLR2004 - most runs carry somebody
                self.board(self.random.randint(1, 3))
                self.run()
                self.alight()
            else:
                self.run()
                self.open()
                self.wait(3, 5)
                self.close()
            self.wait(0, 20)

    def other_floor(self, *, far: bool = False) -> int:
        """Give a floor that is not this one; `far`: with another between."""
        least = 2 if far else 1
        return self.random.choice([one for one in range(1, FLOORS + 1) if abs(one - self.truth.floor) >= least])

    def way(self, floor: int) -> Iterator[int]:
        """Give the floors on the way, the last included."""
        step = 1 if floor > self.truth.floor else -1
        yield from range(self.truth.floor + step, floor + step, step)
