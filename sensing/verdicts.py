"""What detection says, and what it says it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time, to bring the state back from JSON
from enum import StrEnum


class Condition(StrEnum):
    """What is the matter with a lift."""

    ENTRAPMENT = "entrapment"  # 困人
    FAULT_STOP = "fault_stop"  # 故障停机
    DEVICE_ALARM = "device_alarm"  # a device on site says so; subject: its source
    MAINTENANCE = "maintenance"  # table 1; subject: the item
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    BATTERY_SHORT = "battery_short"  # less than an hour left
    SENSOR = "sensor"  # a sensor is not believed; subject: which


class Change(StrEnum):
    """Whether it began or ended."""

    DETECTED = "detected"
    CLEARED = "cleared"


class Rule(StrEnum):
    """By which rule it began."""

    BETWEEN_FLOORS = "between_floors"
    SAFETY_CIRCUIT = "safety_circuit"
    POWER_CUT = "power_cut"
    DOOR_HALF_OPEN = "door_half_open"
    DOOR_STAYS_SHUT = "door_stays_shut"
    NOT_STARTING = "not_starting"
    DEVICE = "device"
    COUNT_REACHED = "count_reached"
    MONTH_OVER = "month_over"
    NOISE = "noise"
    BATTERY = "battery"
    STUCK = "stuck"
    FLAPPING = "flapping"


class Ending(StrEnum):
    """Why it ended."""

    DOOR_OPENED = "door_opened"  # at a landing, so that people can walk out
    PEOPLE_LEFT = "people_left"  # through a door that is open elsewhere, or not known
    EVIDENCE_GONE = "evidence_gone"
    DEVICE = "device"
    RETRACTED = "retracted"  # a late event showed that it never was
    MAINTAINED = "maintained"


class People(StrEnum):
    """Whether somebody is in the car, as far as sensors can be believed."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a verdict rests on."""

    name: str
    """Field of the event: `door`, `people` …"""
    value: str
    since: datetime
    event: str
    """`gateway/event id` of the event that said so first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something began or ended. Detection and end of one occurrence have the same `id`."""

    id: str
    """`condition[:subject]:moment`, unique for a lift."""
    condition: Condition
    change: Change
    at: datetime
    """When the rule was fulfilled, or the condition ended, by the events' own time; UTC."""
    since: datetime
    """When the situation began: the car stood, the supply failed."""
    rule: Rule
    people: People
    subject: str | None = None
    ending: Ending | None = None
    evidence: tuple[Fact, ...] = ()
    """Never empty at a detection."""
    thresholds: tuple[tuple[str, float], ...] = ()
    """The thresholds the rule used, with their values at that moment."""
