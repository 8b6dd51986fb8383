"""The tables of an import file and their columns: Chinese headers, English aliases, what each cell may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from escalation.plan import Accept
from store.estate import cells
from store.estate.cells import Parser
from store.models import CabinKind, OrganizationKind, PhoneKind


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """English header, and the name of the value inside."""
    header: str
    """Chinese header."""
    parse: Parser
    help: str
    """Chinese and English, for the template and the docs."""
    example: str = ""
    required: bool = False
    """Must be there and filled in every row; others may be left out or empty, and then keep what is stored."""
    aliases: tuple[str, ...] = ()
    secret: bool = False
    """Never shown in a report."""
    clearable: bool = False
    """A dash empties what is stored."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, or one CSV file."""

    key: str
    title: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> frozenset[str]:
        """Keys of the columns that must be there."""
        return frozenset(column.key for column in self.columns if column.required)


_ORGANIZATION_KINDS: Final = {
    "使用单位": OrganizationKind.PROPERTY,
    "物业": OrganizationKind.PROPERTY,
    "维保单位": OrganizationKind.MAINTAINER,
    "应急处置中心": OrganizationKind.CENTRE,
    "监管部门": OrganizationKind.SUPERVISOR,
    **{kind.value: kind for kind in OrganizationKind},
}
_PHONE_KINDS: Final = {
    "sip话机": PhoneKind.SIP,
    "外线": PhoneKind.TRUNK,
    "手机": PhoneKind.TRUNK,
    **{kind.value: kind for kind in PhoneKind},
}
_CABIN_KINDS: Final = {
    "sip设备": CabinKind.SIP,
    "外线": CabinKind.TRUNK,
    "gsm": CabinKind.TRUNK,
    **{kind.value: kind for kind in CabinKind},
}
_ACCEPTS: Final = {"接听": Accept.ANSWER, "按键": Accept.KEY, **{accept.value: accept for accept in Accept}}

_ACTIVE: Final = Column("active", "启用", cells.yes_no, "是或否，默认是 · yes or no, default yes", "是")
_OF: Final = Column(
    "organization",
    "单位名称",
    cells.text(200),
    "所属单位 · organization it belongs to",
    "阳光小区物业服务中心",
    required=True,
)

ORGANIZATIONS: Final = Table(
    "organizations",
    "单位",
    (
        Column("name", "单位名称", cells.text(200), "唯一 · unique", "阳光小区物业服务中心", required=True),
        Column(
            "kind",
            "单位类型",
            cells.one_of(_ORGANIZATION_KINDS),
            "使用单位、维保单位、应急处置中心、监管部门 · property, maintainer, centre, supervisor",
            "使用单位",
            required=True,
        ),
        Column(
            "credit_code",
            "统一社会信用代码",
            cells.matching(r"[0-9A-HJ-NPQRTUWXY]{18}", " 18 位统一社会信用代码", "the 18-character credit code"),
            "18 位 · 18 characters",
            "91130100MA0EXAMPL1",
            clearable=True,
        ),
        Column("phone", "联系电话", cells.text(32), "仅供联系，不呼叫 · for people, never rung", clearable=True),
        _ACTIVE,
    ),
)
PEOPLE: Final = Table(
    "people",
    "人员",
    (
        _OF,
        Column("name", "姓名", cells.text(100), "单位内唯一 · unique in its organization", "值班员 A", required=True),
        Column("title", "职务", cells.text(100), "", "值班员", clearable=True),
        _ACTIVE,
    ),
)
PHONES: Final = Table(
    "phones",
    "电话",
    (
        Column(
            "address",
            "号码",
            cells.text(64),
            "外线号码或 SIP 账号，唯一 · number on the trunk, or SIP account; unique",
            "guard-1",
            required=True,
            aliases=("账号", "电话号码", "number", "account"),
        ),
        Column(
            "kind", "电话类型", cells.one_of(_PHONE_KINDS), "SIP话机、手机、外线 · sip, trunk", "SIP话机", required=True
        ),
        _OF,
        Column("person", "姓名", cells.text(100), "使用人 · who uses it", "值班员 A", clearable=True),
        Column("label", "名称", cells.text(100), "默认同号码 · default: the number", "值班室电话 1"),
        Column("accept", "接警方式", cells.one_of(_ACCEPTS), "外线默认按键 · answer or key; trunk: key", "接听"),
        Column(
            "allowance_s",
            "接续时间",
            cells.whole_number(0, 60),
            "运营商振铃前所需秒数 · seconds a carrier needs before it rings",
            "0",
        ),
        Column("password", "SIP密码", cells.password, "新 SIP 账号必填 · needed for a new SIP account", secret=True),
        _ACTIVE,
    ),
)
LIFTS: Final = Table(
    "lifts",
    "电梯",
    (
        Column(
            "device_code",
            "设备代码",
            cells.matching(r"[0-9A-Za-z-]{5,32}", "5 至 32 位字母、数字或 -", "5 to 32 letters, digits or -"),
            "唯一，按此更新 · unique; rows are matched by it",
            "31101301022019080001",
            required=True,
        ),
        Column("registration_no", "使用登记证号", cells.text(32), "唯一 · unique", "梯11冀A10101(19)", required=True),
        Column(
            "rescue_no",
            "救援编号",
            cells.matching(r"[0-9]{6}", " 6 位数字（请将列格式设为文本）", "6 digits (format the column as text)"),
            "轿厢内 6 位救援编号，唯一 · the cabin's 6-digit rescue number, unique",
            "300121",
            required=True,
            aliases=("轿厢救援编号",),
        ),
        Column(
            "name",
            "电梯名称",
            cells.text(200),
            "默认由小区、楼号、单元、梯号组成 · default: made of community, building, unit and car",
            "阳光小区1号楼1单元1号梯",
        ),
        Column("district", "行政区划", cells.text(100), "", "石家庄市长安区", clearable=True),
        Column("address", "安装地址", cells.text(200), "", "阳光路 1 号", clearable=True),
        Column("community", "小区", cells.text(100), "", "阳光小区", clearable=True),
        Column("building", "楼号", cells.text(32), "", "1号楼", clearable=True),
        Column("unit", "单元", cells.text(32), "", "1单元", clearable=True),
        Column("car", "梯号", cells.text(32), "", "1号梯", clearable=True),
        Column(
            "property",
            "使用单位",
            cells.text(200),
            "单位名称 · organization's name",
            "阳光小区物业服务中心",
            aliases=("使用单位名称", "物业"),
            clearable=True,
        ),
        Column(
            "maintainer",
            "维保单位",
            cells.text(200),
            "单位名称 · organization's name",
            "示范电梯维保公司",
            aliases=("维保单位名称",),
            clearable=True,
        ),
        Column(
            "cabin_kind",
            "轿厢电话类型",
            cells.one_of(_CABIN_KINDS),
            "SIP设备或外线（GSM、模拟） · sip, or trunk (GSM, analogue)",
            "SIP设备",
            required=True,
        ),
        Column(
            "cabin_address",
            "轿厢账号",
            cells.text(64),
            "SIP 账号，或外线主叫号码；唯一 · SIP account, or caller number on the trunk; unique",
            "cabin-1",
            required=True,
            aliases=("轿厢号码",),
        ),
        Column(
            "cabin_password",
            "轿厢SIP密码",
            cells.password,
            "新 SIP 设备必填 · needed for a new SIP device",
            secret=True,
        ),
        Column("did", "接入号码", cells.number, "该轿厢拨入的外线号码 · number on the trunk it dials", clearable=True),
        Column(
            "plan", "预案", cells.text(100), "预案名称；空为默认三级 · plan's name; empty: the default", clearable=True
        ),
        _ACTIVE,
    ),
)
DUTY: Final = Table(
    "duty",
    "值班",
    (
        _OF,
        Column(
            "phone", "号码", cells.text(64), "值班电话 · phone on duty", "13800000001", required=True, aliases=("电话",)
        ),
        Column("starts_at", "开始时间", cells.moment, "北京时间 · Asia/Shanghai", "2026-11-22 08:00", required=True),
        Column(
            "ends_at",
            "结束时间",
            cells.moment,
            "北京时间，不含 · Asia/Shanghai, not included",
            "2026-11-22 20:00",
            required=True,
        ),
        Column("position", "次序", cells.whole_number(1, 99), "同时值班时先呼叫小者 · lower is called first", "1"),
    ),
)

TABLES: Final = (ORGANIZATIONS, PEOPLE, PHONES, LIFTS, DUTY)
"""In the order in which they are stored: later ones name rows of earlier ones."""
