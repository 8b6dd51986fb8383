"""The words of an incident's life: states, events, origins and classifications.

They are stored as these strings; a member may be added, never renamed.
"""

from __future__ import annotations

from enum import StrEnum


class IncidentState(StrEnum):
    """Where an incident stands (notice, annex 1 section 三 (一) ②③)."""

    RAISED = "raised"  # someone pressed, or a sensor saw an entrapment; nobody has answered
    ACKNOWLEDGED = "acknowledged"  # property, maintainer or centre has it (确认响应)
    ARRIVED = "arrived"  # rescuers are at the lift (抵达现场)
    RELEASED = "released"  # the passengers are out (脱困)
    CLOSED = "closed"  # classified and written off (销账); final


class EventKind(StrEnum):
    """What can happen to an incident."""

    RAISE = "raise"  # a press, or an entrapment seen by sensors
    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    RELEASE = "release"
    CLOSE = "close"
    RECLASSIFY = "reclassify"  # the centre's call-back found another kind or cause
    INTERVENE = "intervene"  # the centre takes command (96365 介入调度指挥)
    STAND_DOWN = "stand_down"  # the centre goes back to watching (接警观察状态)
    ABANDON = "abandon"  # the passenger hung up before anybody had spoken with them


class Origin(StrEnum):
    """What raised an incident first."""

    PRESS = "press"
    SENSOR = "sensor"


class Classification(StrEnum):
    """Kind of an incident, chosen once at closing (notice, annex 1 section 三 (二))."""

    ON_DEMAND_MAINTENANCE = "on_demand_maintenance"  # 按需维保
    FAULT_REPAIR = "fault_repair"  # 故障报修
    ENTRAPMENT = "entrapment"  # 困人
    COMPLAINT = "complaint"  # 投诉举报
    FALSE_ALARM = "false_alarm"  # 误报
    TEST = "test"  # 测试
