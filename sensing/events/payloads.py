"""What an event says, one frozen dataclass a kind. None: not measured, or unchanged. Limits stand in `limits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sensing.events.words import AlarmSource, Direction, Door, EventKind, MediaKind, Mode, PowerState, Recovery


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The gateway is there (notice, annex 1 section 七). Says nothing about the car."""

    interval_s: int | None = None
    """Seconds until its next heartbeat, as it is set in the gateway."""
    uptime_s: int | None = None
    """Seconds since the gateway started."""
    firmware: str | None = None
    kind: ClassVar[EventKind] = EventKind.HEARTBEAT


@dataclass(frozen=True, slots=True, kw_only=True)
class CarState:
    """The car as its sensors see it (table 1, lines 2, 3, 5, 8 and 11). At least one field is set.

    Sent on every change and, whole, with some regularity; a wrong bit is then corrected by the next report.
    """

    floor: int | None = None
    """Floor as the building counts it: −2 is the second basement, 1 the ground floor."""
    direction: Direction | None = None
    moving: bool | None = None
    """The car moves (encoder, or brake and start signal). Direction alone is no movement: it may be the next trip's."""
    door: Door | None = None
    in_door_zone: bool | None = None
    """Level with a landing, so that an open door leads out (levelling sensor)."""
    people: bool | None = None
    """Somebody is in the car (infrared, radar, camera or load)."""
    people_count: int | None = None
    """How many, where the sensor can count; agrees with `people`."""
    mode: Mode | None = None
    kind: ClassVar[EventKind] = EventKind.CAR_STATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Readings of the gateway's counters since it was installed (table 1, lines 1, 3, 4, 6 and 7). At least one is set.

    They only grow; a reading below the one before means a new or reset gateway, which counts from 0.
    """

    runs: int | None = None
    """Runs: 关门-运行-开门, close, run, open, is one (section 七)."""
    door_cycles: int | None = None
    """Openings with their closings."""
    running_s: int | None = None
    """Seconds in motion."""
    distance_m: int | None = None
    """Metres run."""
    rope_bends: int | None = None
    """Bends of a single rope, by the formula for the lift's roping."""
    kind: ClassVar[EventKind] = EventKind.COUNTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCircuit:
    """The safety circuit opened or closed again (table 1, line 9)."""

    open: bool
    """True: a fault, the lift cannot run. False: recovered."""
    point: str | None = None
    """Which contact, in the maker's words: `door lock`, `governor`."""
    duration_s: float | None = None
    """Seconds it was open; known at the recovery."""
    recovery: Recovery | None = None
    """How it recovered; only with `open` False."""
    kind: ClassVar[EventKind] = EventKind.SAFETY_CIRCUIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The supply changed, or the battery reports itself (annex 1 section 五: at least one hour of talking)."""

    state: PowerState
    charge_percent: float | None = None
    """Charge of the alarm device's battery, 100 is full."""
    remaining_s: int | None = None
    """Seconds the battery will last, as the device estimates it."""
    kind: ClassVar[EventKind] = EventKind.POWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Noise in the car or the shaft (table 1, line 10: 30–120 dB). At least one field besides the period is set."""

    level_db: float | None = None
    """Mean level over the period, dB(A)."""
    peak_db: float | None = None
    abnormal: bool | None = None
    """The gateway recognised a recurring abnormal sound (有规律的重复性异响)."""
    period_s: int | None = None
    """Seconds the figures stand for, up to `occurred_at`."""
    kind: ClassVar[EventKind] = EventKind.NOISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A device on site raised or cleared an alarm by its own judgement."""

    source: AlarmSource
    active: bool = True
    """False: the device says it is over."""
    code: str | None = None
    """The maker's fault code."""
    text: str | None = None
    kind: ClassVar[EventKind] = EventKind.ALARM


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, video or sound was taken in the car (annex 1 section 六: 抓拍、录音). The file is sent apart."""

    media: MediaKind
    media_id: str
    """The gateway's own name of it; the file is sent under the same name."""
    sha256: str | None = None
    """Digest of the file, 64 hexadecimal digits in lower case."""
    size_bytes: int | None = None
    duration_s: float | None = None
    kind: ClassVar[EventKind] = EventKind.MEDIA


Payload = Heartbeat | CarState | Counters | SafetyCircuit | Power | Noise | Alarm | Media

PAYLOADS: Final[dict[EventKind, type[Payload]]] = {
    one.kind: one for one in (Heartbeat, CarState, Counters, SafetyCircuit, Power, Noise, Alarm, Media)
}
