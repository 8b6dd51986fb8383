"""The way from the gateway to us: events are lost, late, overtake each other, come twice, or wait for the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sensing.events import Event

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sensing.simulator.sensors import Said


@dataclass(frozen=True, slots=True)
class ChannelNoise:
    """How bad the way is."""

    loss: float = 0.0
    """Chance that an event is lost for good."""
    delay_s: float = 0.0
    """Mean delay (exponential)."""
    overtaken: float = 0.0
    """Chance that an event is held up so that later ones overtake it."""
    overtaken_s: float = 8.0
    """At most so long."""
    twice: float = 0.0
    clock_s: float = 0.0
    """The gateway's clock is off by at most so much."""


OUTAGE_BATCH: Final = 50
"""After an outage the gateway sends so many events at once."""


def carry(
    said: list[Said],
    start: datetime,
    device_code: str,
    noise: ChannelNoise,
    outages: list[tuple[float, float]],
    random: Random,
) -> list[Event]:
    """Give the events in the order in which they arrive."""
    clock = random.uniform(-noise.clock_s, noise.clock_s)
    arrived: list[Event] = []
    for number, (at, payload) in enumerate(said):
        if random.random() < noise.loss:
            continue
        delay = random.expovariate(1 / noise.delay_s) if noise.delay_s else 0.0
        if random.random() < noise.overtaken:
            delay += random.uniform(0, noise.overtaken_s)
        came = at + delay
        for began, ended in outages:
            if began <= came < ended:
                came = ended + (number // OUTAGE_BATCH) * 0.5
        event = Event(
            gateway="simulator",
            event_id=f"{start:%Y%m%d%H%M%S}-{number}",
            device_code=device_code,
            occurred_at=_moment(start, at + clock),
            received_at=_moment(start, came),
            payload=payload,
            sequence=number,
        )
        arrived.append(event)
        if random.random() < noise.twice:
            arrived.append(event)
    return sorted(arrived, key=lambda one: one.received_at)


def _moment(start: datetime, seconds: float) -> datetime:
    return start + timedelta(milliseconds=round(seconds * 1000))
