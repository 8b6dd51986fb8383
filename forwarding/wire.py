"""The platform's words: the only module that knows the wire format.

The city has not published its interface file yet. This is the documented default (docs/platform-openapi.json is made
from these models); when the file comes, this module is what changes. Queued messages hold facts, not wire format, so
even those that wait then are sent in the new words.

Moments are Beijing time to the second (notice, annex 1 section 三 (一): 精确到秒); `…_ms` beside the message's own is
the same moment in milliseconds since 1970, for whoever wants to order finely.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from escalation.nodes import NodeKind
from escalation.states import Classification
from store.outbox import BASE_DATA, REMOVED

if TYPE_CHECKING:
    from forwarding.queue import Parcel
    from store.models import JsonObject

BEIJING: Final = timezone(timedelta(hours=8))
FORMAT: Final = "1"

Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$",
        description="北京时间，精确到秒 / Beijing time, to the second",
        examples=["2026-11-22T10:14:07+08:00"],
    ),
]

CLASSES: Final = {
    Classification.ON_DEMAND_MAINTENANCE: "按需维保",
    Classification.FAULT_REPAIR: "故障报修",
    Classification.ENTRAPMENT: "困人",
    Classification.COMPLAINT: "投诉举报",
    Classification.FALSE_ALARM: "误报",
    Classification.TEST: "测试",
}
"""The notice's own names (三 (二))."""

ITEMS: Final = {
    NodeKind.ALARM_RAISED: "③困人报警时间（一键报警）",
    NodeKind.ENTRAPMENT_DETECTED: "③困人报警时间（自动报警）",
    NodeKind.ACKNOWLEDGED: "②③确认响应时间",
    NodeKind.LEG_ACCEPTED: "③接听",
    NodeKind.TALK_ENDED: "③通话时长",
    NodeKind.LEG_FAILED: "③未接听",
    NodeKind.ARRIVED: "②③抵达现场时间",
    NodeKind.RELEASED: "③脱困时间",
    NodeKind.CLOSED: "②③销账（修理完成、处置完毕）",
    NodeKind.CENTRE_INTERVENED: "④应急处置技术中心介入",
    NodeKind.TIER_STARTED: "转入响应级别（第三级即④）",
}
"""Which item of 三 (一) a kind of node is; others complete the record."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LiftKeys(_Wire):
    """The three keys by which the platform matches (一 (一) 2); all absent for a caller nobody knows."""

    device_code: Annotated[str | None, Field(description="设备代码", examples=["31101301002019060001"])]
    registration_no: Annotated[str | None, Field(description="使用登记证号", examples=["梯11冀A00001(26)"])]
    rescue_no: Annotated[str | None, Field(description="轿厢6位救援编号", examples=["300121"])]


class Place(_Wire):
    """电梯位置：精确到小区电梯."""

    name: str | None = None
    district: Annotated[str | None, Field(description="行政区划")] = None
    address: Annotated[str | None, Field(description="安装地址")] = None
    community: Annotated[str | None, Field(description="小区")] = None
    building: Annotated[str | None, Field(description="楼号")] = None
    unit: Annotated[str | None, Field(description="单元")] = None
    car: Annotated[str | None, Field(description="梯号")] = None


class Talk(_Wire):
    """通话时长."""

    at: Moment
    seconds: Annotated[int, Field(ge=0, description="通话时长（秒）")]
    role: str | None
    who: str | None
    target: str | None


class Unanswered(_Wire):
    """未接听."""

    at: Moment
    role: str | None
    target: str | None
    status: str | None


class IncidentRecord(_Wire):
    """处置档案：三 (一) ②③④ 所列时间，截至本消息."""

    number: str
    alarm: Annotated[Literal["一键报警", "自动报警"], Field(description="报警方式")]
    state: str
    caller: str | None
    alarm_at: Annotated[Moment, Field(description="报警时间")]
    acknowledged_at: Annotated[Moment | None, Field(description="使用单位/维保单位确认响应时间")]
    acknowledged_by_role: str | None = None
    acknowledged_by: str | None = None
    talks: list[Talk] = []
    talk_seconds: Annotated[int, Field(description="通话时长合计（秒）")] = 0
    unanswered: list[Unanswered] = []
    transferred_at: Annotated[Moment | None, Field(description="转入电梯应急处置技术中心时间")] = None
    centre_intervening: bool
    arrived_at: Annotated[Moment | None, Field(description="救援/修理人员抵达现场时间")]
    released_at: Annotated[Moment | None, Field(description="被困人员脱困时间")]
    rescue_seconds: Annotated[int | None, Field(description="困人救援时长（秒）：报警至脱困")]
    closed_at: Annotated[Moment | None, Field(description="销账时间（故障：修理完成）")]
    classification: Annotated[str | None, Field(examples=["困人"])]
    cause_code: Annotated[str | None, Field(description="表2故障代码")]


class ResponseNode(_Wire):
    """响应节点."""

    number: Annotated[int, Field(description="事件内序号")]
    kind: str
    title: str
    item: Annotated[str | None, Field(description="三 (一) 所列项目")]
    at: Moment
    tier: int | None
    role: str | None
    round: int | None
    target: str | None
    person: str | None
    source: Annotated[str, Field(description="journal 交换机记录 / api 人工操作 / system 规则")]
    corrects: Annotated[int | None, Field(description="更正的节点")]
    detail: dict[str, Any]


class Contact(_Wire):
    """A telephone."""

    label: str
    kind: str
    number: str


class Member(_Wire):
    """维保人员、值班人员."""

    name: str
    title: str | None
    phones: list[Contact]


class Unit(_Wire):
    """使用单位或维保单位."""

    name: str
    credit_code: Annotated[str | None, Field(description="统一社会信用代码")]
    phone: str | None
    active: bool
    phones: list[Contact]
    people: list[Member]


class BaseData(_Wire):
    """电梯基础信息，变动后整体发送."""

    active: bool
    property: Annotated[Unit | None, Field(description="使用单位")]
    maintainer: Annotated[Unit | None, Field(description="维保单位")]


class Message(_Wire):
    """One fact. Exactly one of `incident`, `node`, `base_data`, `device` is there, or none for a lift removed."""

    format: Literal["1"] = "1"
    message_id: Annotated[str, Field(description="幂等键：重发时不变 / the same when sent again")]
    stream: Annotated[str, Field(examples=["lift:17"])]
    sequence: Annotated[int, Field(ge=1, description="同一 stream 内连续编号 / without gaps within the stream")]
    kind: Annotated[str, Field(examples=["incident.raised", "node.appended", "lift.base_data"])]
    happened_at: Moment
    happened_at_ms: int
    lift: LiftKeys
    place: Place | None
    incident_number: str | None
    incident: IncidentRecord | None = None
    node: ResponseNode | None = None
    base_data: BaseData | None = None
    device: Annotated[dict[str, Any] | None, Field(description="设备在线及监测状态")] = None


class Answer(_Wire):
    """What the platform answers."""

    result: Literal["accepted", "duplicate"]


def message(parcel: Parcel) -> Message:
    """Put a message into the platform's words; the same parcel always gives the same words."""
    payload = parcel.payload
    device_code, registration_no, rescue_no = parcel.keys
    told: dict[str, Any] = {}
    if parcel.kind == "node.appended":
        told["node"] = _node(payload)
    elif parcel.kind.startswith("incident."):
        told["incident"] = _incident(payload)
    elif parcel.kind == BASE_DATA and payload:
        device_code, registration_no, rescue_no = payload["keys"]
        told["base_data"] = BaseData(**{name: payload[name] for name in ("active", "property", "maintainer")})
    elif parcel.kind != REMOVED:
        told["device"] = {name: value for name, value in payload.items() if name not in {"place", "nodes"}}
    return Message(
        message_id=parcel.key,
        stream=parcel.stream,
        sequence=parcel.seq,
        kind=parcel.kind,
        happened_at=to_second(parcel.at),
        happened_at_ms=int(parcel.at.timestamp() * 1000),
        lift=LiftKeys(device_code=device_code, registration_no=registration_no, rescue_no=rescue_no),
        place=Place(**payload["place"]) if payload.get("place") else None,
        incident_number=parcel.incident,
        **told,
    )


def body(parcel: Parcel) -> bytes:
    """Return the request body of a message."""
    return message(parcel).model_dump_json().encode()


def to_second(at: datetime) -> str:
    """Give a moment in Beijing time; a second is cut, not rounded, so that no time lies in the future."""
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def _second(text: str | None) -> str | None:
    return to_second(datetime.fromisoformat(text)) if text else None


def _incident(payload: JsonObject) -> IncidentRecord:
    record = payload.get("record", {})
    raised, released = payload["raised_at"], payload["released_at"]
    by = record.get("acknowledged_by") or {}
    talks = [Talk(**talk | {"at": _second(talk["at"])}) for talk in record.get("talks", [])]
    rescued = datetime.fromisoformat(released) - datetime.fromisoformat(raised) if released else None
    classification = payload["classification"]
    return IncidentRecord(
        number=payload["number"],
        alarm="自动报警" if payload["origin"] == "sensor" else "一键报警",
        state=payload["state"],
        caller=payload["caller"],
        alarm_at=to_second(datetime.fromisoformat(raised)),
        acknowledged_at=_second(payload["acknowledged_at"]),
        acknowledged_by_role=by.get("role"),
        acknowledged_by=by.get("who") or by.get("target"),
        talks=talks,
        talk_seconds=sum(talk.seconds for talk in talks),
        unanswered=[Unanswered(**one | {"at": _second(one["at"])}) for one in record.get("unanswered", [])],
        transferred_at=_second(record.get("transferred_at")),
        centre_intervening=payload["centre_intervening"],
        arrived_at=_second(payload["arrived_at"]),
        released_at=_second(released),
        rescue_seconds=int(rescued.total_seconds()) if rescued is not None else None,
        closed_at=_second(payload["closed_at"]),
        classification=CLASSES[Classification(classification)] if classification else None,
        cause_code=payload["cause_code"],
    )


def _node(payload: JsonObject) -> ResponseNode:
    kind = payload["kind"]
    return ResponseNode(
        number=payload["seq"],
        kind=kind,
        title=payload["title"]["zh"],
        item=ITEMS.get(NodeKind(kind)),
        at=to_second(datetime.fromisoformat(payload["at"])),
        detail=payload["detail"],
        **{name: payload[name] for name in ("tier", "role", "round", "target", "person", "source", "corrects")},
    )
