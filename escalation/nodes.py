"""Kinds of response nodes, their titles, and which journal event makes which.

Notice, annex 1 section 三 (一): each alarm's response nodes are recorded by the system itself.
"""

from __future__ import annotations

from enum import StrEnum

from dialplan.names import Event


class NodeKind(StrEnum):
    """What a node tells: first what the switch's journal says, then people and rules, then sensors at the lift."""

    ALARM_RAISED = "alarm_raised"
    RECORDING_STARTED = "recording_started"
    ROUND_STARTED = "round_started"
    TIER_STARTED = "tier_started"
    LEG_DIALLED = "leg_dialled"
    LEG_ANSWERED = "leg_answered"
    KEY_PRESSED = "key_pressed"
    LEG_ACCEPTED = "leg_accepted"
    LEG_TAKEN = "leg_taken"
    LEG_FAILED = "leg_failed"
    TIER_FINISHED = "tier_finished"
    NOBODY_ANSWERED = "nobody_answered"
    TALK_ENDED = "talk_ended"
    HOLD_STARTED = "hold_started"
    HOLD_ENDED = "hold_ended"
    RECORDING_FINISHED = "recording_finished"
    CALL_ENDED = "call_ended"
    CALLBACK_STARTED = "callback_started"
    CALLBACK_ANSWERED = "callback_answered"
    CALLBACK_REFUSED = "callback_refused"
    CALLBACK_ENDED = "callback_ended"
    CALLBACK_JOINED = "callback_joined"
    INTERVENTION_STARTED = "intervention_started"
    INTERVENTION_CHANGED = "intervention_changed"
    INTERVENTION_ENDED = "intervention_ended"
    ROOM_ENTERED = "room_entered"
    ROOM_LEFT = "room_left"
    PERSON_LOST = "person_lost"
    CABIN_CALLED = "cabin_called"
    CABIN_ANSWERED = "cabin_answered"
    CABIN_FAILED = "cabin_failed"

    AUTOMATIC_CALL = "automatic_call"
    LEG_RINGING = "leg_ringing"
    ENTRAPMENT_DETECTED = "entrapment_detected"
    ACKNOWLEDGED = "acknowledged"
    CENTRE_INTERVENED = "centre_intervened"
    CENTRE_STOOD_DOWN = "centre_stood_down"
    ABANDONED = "abandoned"
    ARRIVED = "arrived"
    RELEASED = "released"
    CLOSED = "closed"
    RECLASSIFIED = "reclassified"
    NOTE = "note"
    RECORDING_CHECKED = "recording_checked"
    RECORDING_SHORT = "recording_short"
    RECORDING_SILENT = "recording_silent"
    RECORDING_MISSING = "recording_missing"
    RECORDING_ALTERED = "recording_altered"
    RECORDING_ACCESSED = "recording_accessed"
    EVIDENCE_EXPORTED = "evidence_exported"
    CALL_INTERRUPTED = "call_interrupted"
    CLOCK_STEPPED = "clock_stepped"

    ENTRAPMENT_CLEARED = "entrapment_cleared"
    FAULT_STOP = "fault_stop"
    FAULT_STOP_CLEARED = "fault_stop_cleared"
    DEVICE_OFFLINE = "device_offline"
    DEVICE_ONLINE = "device_online"
    POWER_LOST = "power_lost"
    POWER_RESTORED = "power_restored"
    BATTERY_LOW = "battery_low"
    BATTERY_SHORT = "battery_short"
    BATTERY_GOOD = "battery_good"
    MAINTENANCE_WARNING = "maintenance_warning"
    MAINTENANCE_DONE = "maintenance_done"
    DEVICE_ALARM = "device_alarm"
    DEVICE_ALARM_CLEARED = "device_alarm_cleared"
    SENSOR_DOUBTED = "sensor_doubted"
    SENSOR_TRUSTED = "sensor_trusted"
    MEDIA_STORED = "media_stored"
    JOURNAL_CORRUPT = "journal_corrupt"


FROM_JOURNAL: dict[Event, NodeKind] = {event: NodeKind(event.value) for event in Event}
"""Node kind of each user event of the journal: every one of them is a node, under the same name."""


TITLES: dict[NodeKind, tuple[str, str]] = {
    NodeKind.ALARM_RAISED: ("乘客按下报警按钮", "Alarm button pressed"),
    NodeKind.RECORDING_STARTED: ("录音开始", "Recording started"),
    NodeKind.ROUND_STARTED: ("开始一轮呼叫", "Round of calls started"),
    NodeKind.TIER_STARTED: ("转入响应级别", "Tier started"),
    NodeKind.LEG_DIALLED: ("呼叫值守人员", "Person called"),
    NodeKind.LEG_ANSWERED: ("电话接通", "Phone answered"),
    NodeKind.KEY_PRESSED: ("按键", "Key pressed"),
    NodeKind.LEG_ACCEPTED: ("已接警", "Alarm accepted"),
    NodeKind.LEG_TAKEN: ("已由他人接警", "Already taken by another"),
    NodeKind.LEG_FAILED: ("未接听", "Not answered"),
    NodeKind.TIER_FINISHED: ("响应级别结束", "Tier finished"),
    NodeKind.NOBODY_ANSWERED: ("各级均无人接听", "Nobody answered on any tier"),
    NodeKind.TALK_ENDED: ("通话结束", "Talk ended"),
    NodeKind.HOLD_STARTED: ("轿厢线路保持", "Cabin held on the line"),
    NodeKind.HOLD_ENDED: ("轿厢线路保持结束", "Cabin hold ended"),
    NodeKind.RECORDING_FINISHED: ("录音结束", "Recording finished"),
    NodeKind.CALL_ENDED: ("报警呼叫结束", "Alarm call ended"),
    NodeKind.CALLBACK_STARTED: ("反向呼叫轿厢", "Calling back into the cabin"),
    NodeKind.CALLBACK_ANSWERED: ("反向呼叫接通", "Callback answered"),
    NodeKind.CALLBACK_REFUSED: ("反向呼叫被拒绝", "Callback refused"),
    NodeKind.CALLBACK_ENDED: ("反向呼叫结束", "Callback ended"),
    NodeKind.CALLBACK_JOINED: ("反向呼叫接入报警通话", "Caller joined the running alarm"),
    NodeKind.INTERVENTION_STARTED: ("中心坐席介入通话", "Operator came on the call"),
    NodeKind.INTERVENTION_CHANGED: ("中心坐席切换介入方式", "Operator changed what they do on the call"),
    NodeKind.INTERVENTION_ENDED: ("中心坐席退出通话", "Operator left the call"),
    NodeKind.ROOM_ENTERED: ("进入多方通话", "Entered the conversation"),
    NodeKind.ROOM_LEFT: ("离开多方通话", "Left the conversation"),
    NodeKind.PERSON_LOST: ("通话对方线路中断", "The other side's line died"),
    NodeKind.CABIN_CALLED: ("自动呼叫轿厢", "Cabin called"),
    NodeKind.CABIN_ANSWERED: ("轿厢已接通", "Cabin on the line"),
    NodeKind.CABIN_FAILED: ("轿厢未接通", "Cabin not reached"),
    NodeKind.AUTOMATIC_CALL: ("开始自动报警呼叫", "Automatic alarm call started"),
    NodeKind.LEG_RINGING: ("振铃", "Ringing"),
    NodeKind.ENTRAPMENT_DETECTED: ("自动识别困人", "Entrapment detected"),
    NodeKind.ACKNOWLEDGED: ("确认响应", "Acknowledged"),
    NodeKind.CENTRE_INTERVENED: ("应急处置中心介入", "Centre took command"),
    NodeKind.CENTRE_STOOD_DOWN: ("应急处置中心恢复观察", "Centre went back to watching"),
    NodeKind.ABANDONED: ("接通前乘客已挂断", "Passenger left before anybody spoke"),
    NodeKind.ARRIVED: ("救援人员抵达现场", "Rescuers arrived"),
    NodeKind.RELEASED: ("被困人员脱困", "Passengers released"),
    NodeKind.CLOSED: ("销账", "Closed"),
    NodeKind.RECLASSIFIED: ("更正分类", "Reclassified"),
    NodeKind.NOTE: ("备注", "Note"),
    NodeKind.RECORDING_CHECKED: ("录音校验通过", "Recording checked"),
    NodeKind.RECORDING_SHORT: ("录音时长不足", "Recording too short"),
    NodeKind.RECORDING_SILENT: ("录音无声", "Recording silent"),
    NodeKind.RECORDING_MISSING: ("录音缺失", "Recording missing"),
    NodeKind.RECORDING_ALTERED: ("录音被改动", "Recording altered"),
    NodeKind.RECORDING_ACCESSED: ("录音被调听或下载", "Recording listened to or downloaded"),
    NodeKind.EVIDENCE_EXPORTED: ("证据包被下载", "Evidence bundle downloaded"),
    NodeKind.CALL_INTERRUPTED: ("通话因交换机故障中断", "Call cut off by a failure of the switch"),
    NodeKind.CLOCK_STEPPED: ("交换机时钟被调整", "The switch's clock was set"),
    NodeKind.ENTRAPMENT_CLEARED: ("自动识别困人解除", "Entrapment no longer detected"),
    NodeKind.FAULT_STOP: ("故障停机自动报警", "Fault stop detected"),
    NodeKind.FAULT_STOP_CLEARED: ("故障停机解除", "Lift runs again"),
    NodeKind.DEVICE_OFFLINE: ("物联设备离线", "Device off line"),
    NodeKind.DEVICE_ONLINE: ("物联设备恢复上线", "Device back on line"),
    NodeKind.POWER_LOST: ("停电，由备用电池供电", "Mains lost, on battery"),
    NodeKind.POWER_RESTORED: ("供电恢复", "Mains restored"),
    NodeKind.BATTERY_LOW: ("备用电池电量低", "Battery low"),
    NodeKind.BATTERY_SHORT: ("备用电池续航不足 1 小时", "Battery lasts less than an hour"),
    NodeKind.BATTERY_GOOD: ("备用电池恢复正常", "Battery good again"),
    NodeKind.MAINTENANCE_WARNING: ("按需维保预警", "Maintenance due"),
    NodeKind.MAINTENANCE_DONE: ("按需维保预警解除", "Maintenance done"),
    NodeKind.DEVICE_ALARM: ("现场设备报警", "Alarm of a device on site"),
    NodeKind.DEVICE_ALARM_CLEARED: ("现场设备报警解除", "Alarm of a device on site over"),
    NodeKind.SENSOR_DOUBTED: ("传感器数据存疑", "A sensor is not believed"),
    NodeKind.SENSOR_TRUSTED: ("传感器恢复可信", "A sensor is believed again"),
    NodeKind.MEDIA_STORED: ("轿厢影像已存储", "Media from the cabin stored"),
    NodeKind.JOURNAL_CORRUPT: ("日志记录损坏", "Journal record unreadable"),
}
"""Chinese and English title of each kind, as the timeline shows it."""


def title(kind: NodeKind) -> str:
    """Give both titles of a kind, Chinese first."""
    chinese, english = TITLES[kind]
    return f"{chinese} {english}"
