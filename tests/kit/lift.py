"""A lift for detection to look at, told second by second: what its sensors say, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sensing import state as states
from sensing.detection import begin, step
from sensing.events import CarState, Direction, Door, Event, Mode
from sensing.thresholds import Thresholds
from sensing.verdicts import Change, Condition

if TYPE_CHECKING:
    from sensing.events import Payload
    from sensing.verdicts import Verdict

START = datetime(2026, 11, 25, tzinfo=UTC)
CODE = "31101301002019060001"
PARKED = CarState(
    floor=1,
    direction=Direction.STOPPED,
    moving=False,
    door=Door.CLOSED,
    in_door_zone=True,
    people=False,
    mode=Mode.NORMAL,
)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(seconds: float, payload: Payload, name: str | None = None, **more: Any) -> Event:
    name = name or f"{payload.kind}-{seconds:g}"
    given = {"gateway": "gw", "event_id": name, "device_code": CODE, "occurred_at": at(seconds)}
    return Event(**{**given, "received_at": at(seconds), "payload": payload, **more})


class Lift:
    """Keeps the state as JSON between any two steps, as a process does."""

    def __init__(self, parked: CarState = PARKED, **thresholds: float | None) -> None:
        self.thresholds = Thresholds(**thresholds)  # type: ignore[arg-type]
        self.wake_at: datetime | None = None
        self.said: list[tuple[float, Verdict]] = []
        self.ignored: list[Event] = []
        self._document = states.to_json(begin(CODE))
        self.now = -10.0
        self.says(-10, parked)

    @property
    def state(self) -> Any:
        return states.from_json(self._document)

    @state.setter
    def state(self, value: Any) -> None:
        self._document = states.to_json(value)

    def takes(self, events: list[Event], now: float) -> None:
        """Take events at a moment."""
        self.now = now
        result = step(self.state, events, at(now), self.thresholds)
        self.state, self.wake_at = result.state, result.wake_at
        self.said += [(now, one) for one in result.verdicts]
        self.ignored += result.ignored

    def says(self, seconds: float, payload: Payload) -> None:
        """Let a sensor say something, and hear it at once."""
        self.until(seconds)
        self.takes([event(seconds, payload)], seconds)

    def car(self, seconds: float, **state: Any) -> None:
        """Let the car's sensors say what changed."""
        self.says(seconds, CarState(**state))

    def until(self, seconds: float) -> None:
        """Let time pass, waking up whenever detection asked for it."""
        while self.wake_at is not None and self.wake_at <= at(seconds):
            self.takes([], (self.wake_at - START).total_seconds())
        self.now = seconds

    def quietly_until(self, seconds: float, every: float = 10) -> None:
        """Let time pass while the car's sensors repeat that nothing changed."""
        while self.now + every < seconds:
            self.car(self.now + every, mode=Mode.NORMAL)
        self.until(seconds)

    def boards(self, seconds: float) -> None:
        """Open, let somebody in, shut: takes six seconds."""
        self.car(seconds, door=Door.OPEN)
        self.car(seconds + 3, people=True)
        self.car(seconds + 6, door=Door.CLOSED)

    def sets_off(self, seconds: float) -> None:
        self.car(seconds, moving=True, direction=Direction.UP, in_door_zone=False)

    def stops(self, seconds: float, **more: Any) -> None:
        self.car(seconds, moving=False, direction=Direction.STOPPED, **more)

    def arrives(self, seconds: float, floor: int) -> None:
        self.stops(seconds, in_door_zone=True, floor=floor)

    def traps(self, seconds: float = 20) -> None:
        """Stop between floors at this second with somebody in the car."""
        self.boards(seconds - 20)
        self.sets_off(seconds - 10)
        self.stops(seconds)

    def verdicts(self, condition: Condition, change: Change = Change.DETECTED) -> list[tuple[float, Verdict]]:
        return [one for one in self.said if one[1].condition is condition and one[1].change is change]

    @property
    def trapped(self) -> list[tuple[float, str]]:
        """When an entrapment was told, and by which rule."""
        return [(now, one.rule.value) for now, one in self.verdicts(Condition.ENTRAPMENT)]

    @property
    def freed(self) -> list[tuple[float, str]]:
        found = self.verdicts(Condition.ENTRAPMENT, Change.CLEARED)
        return [(now, one.ending.value) for now, one in found if one.ending]

    @property
    def stopped(self) -> list[tuple[float, str]]:
        """When a fault stop was told, and by which rule."""
        return [(now, one.rule.value) for now, one in self.verdicts(Condition.FAULT_STOP)]
