"""The words of the printed record."""

from __future__ import annotations

from typing import Final

ROLES: Final = {"property": "使用单位", "maintainer": "维保单位", "centre": "应急处置中心"}
CLASSIFICATIONS: Final = {
    "on_demand_maintenance": "按需维保",
    "fault_repair": "故障报修",
    "entrapment": "困人",
    "complaint": "投诉举报",
    "false_alarm": "误报",
    "test": "测试",
}
ORIGINS: Final = {"press": "乘客按下报警按钮", "sensor": "系统自动识别"}
SOURCES: Final = {"journal": "交换机", "api": "人员操作", "system": "系统"}
PLACE: Final = (
    ("device_code", "设备代码"),
    ("registration_no", "使用登记证号"),
    ("rescue_no", "救援编号"),
    ("name", "电梯名称"),
    ("address", "安装地址"),
    ("property", "使用单位"),
    ("maintainer", "维保单位"),
)
MOMENTS: Final = (
    ("alarm_raised", "报警时间"),
    ("entrapment_detected", "自动识别困人时间"),
    ("acknowledged", "确认响应时间"),
    ("centre_intervened", "中心介入时间"),
    ("arrived", "抵达现场时间"),
    ("released", "脱困时间"),
    ("closed", "销账时间"),
)
DETAIL: Final = {
    "accept": "接听方式",
    "caller": "主叫",
    "cause": "原因码",
    "channels": "声道",
    "corrects": "更正",
    "duration_ms": "时长（毫秒）",
    "endpoint": "轿厢账号",
    "expected_ms": "应有时长（毫秒）",
    "file": "文件",
    "how": "方式",
    "key": "按键",
    "lift": "设备代码",
    "people": "人数",
    "reason": "原因",
    "recording": "录音序号",
    "ring_ms": "振铃前（毫秒）",
    "round": "轮次",
    "sha256": "SHA-256",
    "stage": "阶段",
    "status": "结果",
    "step": "步骤",
    "targets": "呼叫对象",
    "text": "内容",
    "total_ms": "历时（毫秒）",
    "via": "线路",
}
OUTCOMES: Final = {
    "leg_accepted": "已接警",
    "leg_answered": "已接通",
    "leg_taken": "他人已接警",
    "leg_failed": "未接听",
    "tier_finished": "级别结束",
}
STATES_OF_LEG: Final = {
    "NOANSWER": "无人接听",
    "CANCEL": "取消",
    "BUSY": "忙",
    "CONGESTION": "线路不通",
    "CHANUNAVAIL": "未注册",
}
