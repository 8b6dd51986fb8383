"""One labelled trace: a scenario, its sensors and its channel, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from sensing.simulator.channel import ChannelNoise, carry
from sensing.simulator.director import Director, Label
from sensing.simulator.sensors import SensorNoise, observe

if TYPE_CHECKING:
    from sensing.events import Event
    from sensing.simulator.scenarios import Scenario

DEVICE_CODE: Final = "31101301002019060001"


@dataclass(frozen=True, slots=True)
class Noise:
    """How bad sensors and channel are."""

    sensors: SensorNoise = field(default_factory=SensorNoise)
    channel: ChannelNoise = field(default_factory=ChannelNoise)


NOISES: Final[dict[str, Noise]] = {
    "clean": Noise(),
    "realistic": Noise(
        SensorNoise(flip=0.003, dropout=0.01, dropout_s=8, ghost=0.003, ghost_s=4),
        ChannelNoise(loss=0.02, delay_s=0.3, overtaken=0.02, overtaken_s=8, twice=0.01, clock_s=1),
    ),
    "harsh": Noise(
        SensorNoise(flip=0.01, dropout=0.03, dropout_s=12, ghost=0.01, ghost_s=8),
        ChannelNoise(loss=0.1, delay_s=1.0, overtaken=0.1, overtaken_s=30, twice=0.05, clock_s=3),
    ),
}
"""Named levels. *Realistic*: each sensor is wrong each five minutes, infrared loses a passenger each two, 2 % of the
events are lost, 2 % overtaken. *Harsh* is some four times that."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Events in the order of their arrival, and what is true of them."""

    scenario: str
    seed: int
    device_code: str
    start: datetime
    seconds: float
    events: tuple[Event, ...]
    labels: tuple[Label, ...]

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(seconds=self.seconds)


def make(
    scenario: Scenario,
    seed: int,
    start: datetime,
    *,
    noise: Noise = NOISES["realistic"],
    minutes: float = 0,
    device_code: str = DEVICE_CODE,
) -> Trace:
    """Make a trace.

    Args:
        scenario: the story.
        seed: chooses floors, times and errors.
        start: when it begins, UTC.
        noise: how bad sensors and channel are.
        minutes: go on with ordinary traffic until so many have passed; 0: the story alone.
        device_code: whose events these are.
    """
    random = Random(f"{scenario.name}/{seed}")  # noqa: S311 - chance, not secrets
    director = Director(random)
    scenario.write(director)
    director.traffic(minutes * 60 - director.now)
    director.over()
    end_s = director.now
    said = observe(director, end_s, noise.sensors, scenario.faults, random)
    outages = scenario.outages(director)
    events = carry(said, start, device_code, noise.channel, outages, random)
    labels = tuple(director.labels)
    return Trace(scenario.name, seed, device_code, start, end_s, tuple(events), labels)
