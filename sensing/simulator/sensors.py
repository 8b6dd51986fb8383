"""What sensors make of the truth, sampled each second: reports on every change and, whole, each ten seconds.

Sensors err: a bit is wrong for a sample, infrared loses who stands still, sees somebody where nobody is, sticks, or is
not there at all.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sensing.events import CarState, Door, Heartbeat, Payload, Power, PowerState, Recovery, SafetyCircuit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from sensing.simulator.director import Director, Truth

REPORT_S: Final = 10
"""A whole report at least so often."""
HEARTBEAT_S: Final = 60
BATTERY_S: Final = 4800.0
"""A full battery of the device."""
BATTERY_REPORT_S: Final = 30
"""Without mains the battery says so often what is left."""
AGAIN_S: Final = (0, 10, 30, 60)
"""What is said once only would be lost once in a while: changes of safety circuit and mains are repeated."""
SENSORS: Final = ("floor", "direction", "moving", "door", "in_door_zone", "people", "mode")


@dataclass(frozen=True, slots=True)
class SensorNoise:
    """How badly sensors see, as chances a sample (a second)."""

    flip: float = 0.0
    """A bit, door or floor is wrong for this sample."""
    dropout: float = 0.0
    """Infrared loses the people for some seconds."""
    dropout_s: float = 8.0
    """Mean length of that."""
    ghost: float = 0.0
    """Infrared sees somebody in an empty car for some seconds."""
    ghost_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Faults:
    """Sensors that are missing, stuck at a value, or flap. `{sensor: value}` for those stuck."""

    missing: tuple[str, ...] = ()
    stuck: tuple[tuple[str, Any], ...] = ()
    flapping: tuple[str, ...] = ()


Said = tuple[float, Payload]


def observe(director: Director, end_s: float, noise: SensorNoise, faults: Faults, random: Random) -> list[Said]:
    """Give everything the gateway says, with its time, in order."""
    told = [*_cars(director, end_s, noise, faults, random), *_circuits(director), *_battery(director, end_s)]
    phase = random.uniform(0, HEARTBEAT_S)
    told += [(phase + number * HEARTBEAT_S, Heartbeat(interval_s=HEARTBEAT_S)) for number in range(int(end_s / 60) + 1)]
    told += director.said
    return sorted((one for one in told if one[0] <= end_s), key=lambda one: one[0])


def _cars(director: Director, end_s: float, noise: SensorNoise, faults: Faults, random: Random) -> Iterator[Said]:
    eye = _Eye(noise, random)
    sent: CarState | None = None
    sent_at = -float(REPORT_S)
    at = random.random()
    times = [one for one, _truth in director.script]
    while at <= end_s:
        truth = director.script[bisect.bisect_right(times, at) - 1][1]
        state = CarState(**_seen(truth, eye, noise, faults, random))
        if state != sent or at - sent_at >= REPORT_S:
            yield at, state
            sent, sent_at = state, at
        at += 1


def _seen(truth: Truth, eye: _Eye, noise: SensorNoise, faults: Faults, random: Random) -> dict[str, Any]:
    passing = truth.moving and random.random() < 0.15  # noqa: PLR2004 - a landing goes by
    seen: dict[str, Any] = {
        "floor": truth.floor,
        "direction": truth.direction,
        "moving": truth.moving,
        "door": truth.door,
        "in_door_zone": truth.in_door_zone or passing,
        "people": eye.sees(truth.people > 0),
        "mode": truth.mode,
    }
    for name in ("floor", "moving", "door", "in_door_zone"):
        if random.random() < noise.flip:
            seen[name] = _wrong(name, seen[name], random)
    if seen["moving"] and seen["direction"].value == "stopped":
        seen["direction"] = None
    for name in faults.flapping:
        seen[name] = random.random() < 0.5  # noqa: PLR2004 - either
    seen |= dict(faults.stuck)
    return {name: value for name, value in seen.items() if name not in faults.missing}


def _wrong(name: str, value: Any, random: Random) -> Any:  # noqa: ANN401 - of any sensor
    if name == "floor":
        return value + random.choice((-1, 1))
    if name == "door":
        return random.choice([one for one in Door if one is not value])
    return not value


class _Eye:
    """The people sensor: it errs for some seconds at a time."""

    def __init__(self, noise: SensorNoise, random: Random) -> None:
        self._noise, self._random = noise, random
        self._wrong_for = 0.0
        self._of = False

    def sees(self, people: bool) -> bool:  # noqa: FBT001 - the truth
        """Say what it sees in this second."""
        self._wrong_for = self._wrong_for - 1 if people is self._of else 0.0
        if self._wrong_for <= 0:
            self._of = people
            chance, mean = (
                (self._noise.dropout, self._noise.dropout_s) if people else (self._noise.ghost, self._noise.ghost_s)
            )
            if self._random.random() < chance:
                self._wrong_for = 1 + self._random.expovariate(1 / mean)
        return people is not (self._wrong_for > 0)


def _circuits(director: Director) -> Iterator[Said]:
    """Safety circuit and mains speak when they change, and again while it lasts."""
    changes = list(_changes(director))
    for number, (at, payload) in enumerate(changes):
        later = (one for one, other in changes[number + 1 :] if other.kind is payload.kind)
        until = next(later, float("inf"))
        yield from ((at + again, payload) for again in AGAIN_S if at + again < until)


def _changes(director: Director) -> Iterator[Said]:
    before, opened_at = director.script[0][1], 0.0
    for at, truth in director.script:
        if truth.safety_open and not before.safety_open:
            opened_at = at
            yield at, SafetyCircuit(open=True, point="door lock")
        elif before.safety_open and not truth.safety_open:
            lasted = round(at - opened_at, 1)
            yield at, SafetyCircuit(open=False, point="door lock", duration_s=lasted, recovery=Recovery.AUTOMATIC)
        if before.mains and not truth.mains:
            yield at, Power(state=PowerState.LOST, charge_percent=100.0)
        elif truth.mains and not before.mains:
            yield at, Power(state=PowerState.RESTORED)
        before = truth


def _battery(director: Director, end_s: float) -> Iterator[Said]:
    """Say what the battery still has while the mains are away."""
    lost_at: float | None = None
    for at, mains in [*((at, truth.mains) for at, truth in director.script), (end_s, True)]:
        if not mains and lost_at is None:
            lost_at = at
        elif mains and lost_at is not None:
            for number in range(1, int((at - lost_at) / BATTERY_REPORT_S) + 1):
                gone = number * BATTERY_REPORT_S
                left = max(0.0, BATTERY_S - gone)
                charge = round(100 * left / BATTERY_S, 1)
                yield lost_at + gone, Power(state=PowerState.ON_BATTERY, charge_percent=charge, remaining_s=int(left))
            lost_at = None
