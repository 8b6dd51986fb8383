"""The words events are made of. They are stored and sent as these strings; a member may be added, never renamed."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """Kind of an event."""

    HEARTBEAT = "heartbeat"
    CAR_STATE = "car_state"
    COUNTERS = "counters"
    SAFETY_CIRCUIT = "safety_circuit"
    POWER = "power"
    NOISE = "noise"
    ALARM = "alarm"
    MEDIA = "media"


class Direction(StrEnum):
    """Where the car goes (notice, table 1, line 2: 上行 / 下行 / 停止)."""

    UP = "up"
    DOWN = "down"
    STOPPED = "stopped"


class Door(StrEnum):
    """The car door (table 1, line 3: 开门 / 关门 / 半开故障)."""

    OPEN = "open"
    CLOSED = "closed"
    HALF_OPEN = "half_open"  # neither end position; while it moves, or stuck


class Mode(StrEnum):
    """Operating mode (table 1, line 8: 正常/停止/司机/检修/消防)."""

    NORMAL = "normal"
    STOP = "stop"  # taken out of service by its switch; a fault is a safety circuit or an alarm, not this
    ATTENDANT = "attendant"
    INSPECTION = "inspection"
    FIRE = "fire"


class Recovery(StrEnum):
    """How a safety circuit closed again (table 1, line 9: 恢复方式)."""

    AUTOMATIC = "automatic"
    RESET = "reset"  # somebody reset the controller
    REPAIRED = "repaired"  # somebody worked on the contact
    UNKNOWN = "unknown"


class PowerState(StrEnum):
    """The lift's supply, and the alarm device's."""

    LOST = "lost"  # mains are gone
    ON_BATTERY = "on_battery"  # the device says it runs on its battery, and how much is left
    RESTORED = "restored"  # mains are back


class AlarmSource(StrEnum):
    """What a device on site reports by its own judgement."""

    ENTRAPMENT = "entrapment"  # its own algorithm sees people trapped
    FAULT = "fault"  # the controller shows a fault
    OVERSPEED = "overspeed"
    UNINTENDED_MOVEMENT = "unintended_movement"
    SMOKE = "smoke"
    WATER = "water"
    BUTTON = "button"  # the alarm button's contact; the press itself calls by telephone
    OTHER = "other"


class MediaKind(StrEnum):
    """What was taken in the car."""

    SNAPSHOT = "snapshot"
    VIDEO = "video"
    AUDIO = "audio"
