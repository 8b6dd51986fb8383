"""Tables 1 and 2 of the notice (annex 1 section 三 (二)) as data, in its own words and in English."""

from __future__ import annotations

from typing import Final

Text = tuple[str, str]
"""Chinese, English."""

Line = tuple[str, Text]
"""Code and text."""

TABLE_1: Final[tuple[Line, ...]] = (
    ("01", ("运行次数", "Number of runs")),
    ("02", ("实时位置", "Position")),
    ("03", ("开关门状态与频次", "Door state and number of door movements")),
    ("04", ("运行时间", "Running time")),
    ("05", ("电梯当前楼层", "Current floor")),
    ("06", ("钢丝绳折弯次数", "Number of rope bends")),
    ("07", ("运行距离", "Distance run")),
    ("08", ("运行模式", "Operating mode")),
    ("09", ("安全回路故障次数", "Number of safety circuit faults")),
    ("10", ("运行噪音值/有规律的重复性异响辨识", "Noise level, or recognised recurring noise")),
    ("11", ("自动困人识别次数", "Number of entrapments detected")),
    ("12", ("双向呼叫", "Two-way calls")),
)
"""Reasons of on-demand maintenance (按需维保)."""

OTHER: Final[Text] = ("其他", "Other")

TABLE_2: Final[tuple[tuple[Text, tuple[Line, ...]], ...]] = (
    (
        ("人为原因", "Caused by people"),
        (
            ("0101", ("生活垃圾导致开关门受阻，电梯停止运行", "Household waste blocked the doors, lift stopped")),
            (
                "0102",
                ("野蛮搬运导致门变形，电梯无法运行", "Rough handling deformed the doors, lift out of order"),
            ),
            ("0103", ("装修垃圾导致开关门受阻，电梯停止运行", "Building waste blocked the doors, lift stopped")),
            ("0104", ("超载", "Overload")),
            ("0105", ("阻挡关门时间过长，电梯无法运行", "Doors held open too long, lift out of order")),
            ("0106", OTHER),
        ),
    ),
    (
        ("外部原因", "Caused from outside"),
        (
            ("0201", ("电梯在运行过程中出现的停电", "Power failure while running")),
            ("0202", ("电气部件进水导致的短路故障", "Short circuit, water in electrical parts")),
            ("0203", ("机房温度过高，电气控制系统自动保护", "Machine room too hot, controller protected itself")),
            ("0204", ("故障后自动恢复运行", "Recovered by itself after the fault")),
            ("0205", OTHER),
        ),
    ),
    (
        ("设备原因 · 门系统", "Equipment · doors"),
        (
            ("0301", ("轿门锁性能不良", "Car door lock works badly")),
            ("0302", ("厅门锁性能不良", "Landing door lock works badly")),
            ("0303", ("门机故障", "Door operator failed")),
            ("0304", ("门刀与滚轮（球）间距调整不良", "Gap between door vane and rollers badly adjusted")),
            (
                "0305",
                ("安全触板、光幕等防夹人保护装置无效", "Door protection (safety edge, light curtain) failed"),
            ),
            ("0306", ("主动门与从动门之间的联动失效", "Coupling between leading and trailing panel failed")),
            ("0307", ("门触点失效", "Door contact failed")),
            ("0308", ("门挂轮破损", "Door hanger roller broken")),
            ("0309", ("门导向系统失效", "Door guides failed")),
            ("0310", OTHER),
        ),
    ),
    (
        ("设备原因 · 曳引系统", "Equipment · traction"),
        (
            ("0401", ("平衡系数不在标准范围内", "Balance coefficient out of range")),
            ("0402", ("曳引轮（轴）磨损", "Traction sheave or shaft worn")),
            ("0403", ("曳引机缺油或油量过多", "Machine has too little or too much oil")),
            ("0404", ("传动皮带过松", "Drive belt too loose")),
            ("0405", ("钢丝绳卡阻或跳槽", "Rope jammed or out of its groove")),
            ("0406", ("钢丝绳磨损", "Rope worn")),
            ("0407", ("变速箱故障", "Gearbox failed")),
            ("0408", OTHER),
        ),
    ),
    (
        ("设备原因 · 导向系统", "Equipment · guides"),
        (
            ("0501", ("导靴磨损", "Guide shoe worn")),
            ("0502", ("导轨润滑欠缺", "Guide rail lacks lubrication")),
            ("0503", OTHER),
        ),
    ),
    (
        ("设备原因 · 轿厢", "Equipment · car"),
        (
            ("0601", ("轿厢壁变形", "Car wall deformed")),
            ("0602", ("照明失效", "Lighting failed")),
            ("0603", ("紧急报警失效", "Emergency alarm failed")),
            ("0604", OTHER),
        ),
    ),
    (
        ("设备原因 · 控制系统", "Equipment · control"),
        (
            ("0701", ("控制主板失效", "Main control board failed")),
            (
                "0702",
                (
                    "电气元器件（接触器、继电器、驱动器件等）失效",
                    "Electrical component (contactor, relay, driver etc.) failed",
                ),
            ),
            ("0703", ("平层感应器失效", "Levelling sensor failed")),
            (
                "0704",
                (
                    "极限开关、急停开关、维修开关等传感器失效",
                    "Limit, emergency stop, inspection switch or other sensor failed",
                ),
            ),
            ("0705", ("电气连接不可靠", "Unreliable electrical connection")),
            ("0706", ("编码器失效", "Encoder failed")),
            ("0707", ("主电源开关失效", "Main switch failed")),
            ("0708", ("召唤失效", "Call buttons failed")),
            ("0709", ("电梯重启故障", "Fault on restart")),
            ("0710", OTHER),
        ),
    ),
    (
        ("设备原因 · 电气系统", "Equipment · electrical system"),
        (
            ("0801", ("变频器失效", "Frequency converter failed")),
            ("0802", ("电动机失效", "Motor failed")),
            ("0803", ("制动器故障", "Brake failed")),
            ("0804", ("主电源断开", "Main power disconnected")),
            ("0805", OTHER),
        ),
    ),
    (
        ("设备原因 · 安全保护装置", "Equipment · safety devices"),
        (
            ("0901", ("安全回路断开", "Safety circuit open")),
            ("0902", ("消防开关失效", "Fire switch failed")),
            ("0903", ("限速器开关动作", "Overspeed governor switch tripped")),
            ("0904", ("安全钳开关动作", "Safety gear switch tripped")),
            ("0905", ("缓冲器开关动作", "Buffer switch tripped")),
            ("0906", ("张紧轮开关动作", "Tension sheave switch tripped")),
            ("0907", ("上行超速保护开关动作", "Ascending overspeed protection switch tripped")),
            ("0908", OTHER),
        ),
    ),
)
"""Causes of faults and entrapments, by kind and part."""
