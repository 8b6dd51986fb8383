"""Incidents, in and out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, computed_field

from api.kit.fields import Command, DeviceCode, Id, Instant, RegistrationNo, RescueNo, Schema
from api.media.schemas import MediaOut
from api.recordings.schemas import RecordingOut
from dialplan.names import Role
from escalation.nodes import TITLES, NodeKind
from escalation.states import Classification, EventKind, IncidentState, Origin
from escalation.table import allowed
from store.models import CallKind, NodeSource

Number = Annotated[str, Field(description="Day of Asia/Shanghai and the day's count", examples=["20261122-0001"])]
State = Annotated[IncidentState, Field(examples=["acknowledged"])]
CallId = Annotated[str, Field(description="Asterisk's linked id", examples=["node1-1763780047.12"])]
CauseCode = Annotated[str, Field(pattern=r"^[0-9]{2,4}$", description="Table 1 or 2 of the notice", examples=["0301"])]
CauseText = Annotated[
    str, Field(max_length=500, description="Needed where the table says 其他", examples=["轿门锁磨损"])
]
Classified = Annotated[Classification, Field(examples=["entrapment"])]


class LiftRef(Schema):
    """Which lift, in the words rescuers need."""

    id: Id
    device_code: DeviceCode
    registration_no: RegistrationNo
    rescue_no: RescueNo
    name: Annotated[str, Field(examples=["阳光小区 3 号楼 2 单元 1 号梯"])]
    address: Annotated[str | None, Field(examples=["石家庄市长安区示范路 1 号"])]


class IncidentOut(Schema):
    """An incident. `allowed` are the events that are possible in its state."""

    id: Id
    number: Number
    lift: LiftRef | None
    caller: Annotated[str | None, Field(description="Number of an unknown caller", examples=["13800000001"])]
    state: State
    origin: Annotated[Origin, Field(examples=["press"])]
    classification: Classified | None
    cause_code: CauseCode | None
    cause_text: CauseText | None
    centre_intervening: Annotated[bool, Field(examples=[False])]
    abandoned: Annotated[bool, Field(examples=[False])]
    raised_at: Instant
    acknowledged_at: Instant | None
    arrived_at: Instant | None
    released_at: Instant | None
    closed_at: Instant | None

    @computed_field(examples=[["arrive", "release"]])  # type: ignore[prop-decorator]
    @property
    def allowed(self) -> list[EventKind]:
        """Events of the state machine that are legal now."""
        return allowed(self.state)


class CallOut(Schema):
    """A call of the incident."""

    id: Id
    call_id: CallId
    switch_node: Annotated[str, Field(examples=["node1"])]
    kind: Annotated[CallKind, Field(examples=["alarm"])]
    resumes_id: Id | None
    started_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    end_cause: Annotated[str | None, Field(examples=["answered"])]


class NodeOut(Schema):
    """A response node (响应节点): one fact, never changed; a correction names the node it corrects."""

    id: Id
    seq: Annotated[int, Field(description="Order of recording inside the incident", examples=[4])]
    kind: Annotated[NodeKind, Field(examples=["leg_accepted"])]
    at: Instant
    call_id: Id | None
    switch_node: Annotated[str | None, Field(examples=["node1"])]
    tier: Annotated[int | None, Field(examples=[1])]
    role: Annotated[Role | None, Field(examples=["property"])]
    round: Annotated[int | None, Field(examples=[1])]
    target: Annotated[str | None, Field(examples=["PJSIP/guard-1"])]
    phone_id: Id | None
    person_id: Id | None
    user_id: Id | None
    who: Annotated[str | None, Field(description="The person, the phone's label or the user", examples=["值班员甲"])]
    detail: Annotated[dict[str, Any], Field(examples=[{"how": "answer"}])]
    source: Annotated[NodeSource, Field(examples=["journal"])]
    corrects_id: Id | None

    @computed_field(examples=["已接警"])  # type: ignore[prop-decorator]
    @property
    def title(self) -> str:
        """What the node tells, in Chinese."""
        return TITLES[self.kind][0]

    @computed_field(examples=["Alarm accepted"])  # type: ignore[prop-decorator]
    @property
    def title_en(self) -> str:
        """What the node tells, in English."""
        return TITLES[self.kind][1]


class IncidentDetail(IncidentOut):
    """An incident with its timeline, calls, recordings, and the plan as it was when it was raised."""

    plan: Annotated[dict[str, Any], Field(examples=[{"name": "default", "tiers": []}])]
    nodes: list[NodeOut]
    calls: list[CallOut]
    recordings: list[RecordingOut]
    media: list[MediaOut]


class TimelineOut(Schema):
    """The file of an incident: everything recorded about it, for archives and authorities."""

    exported_at: Instant
    incident: IncidentDetail


class ReleaseIn(Command):
    """The passengers are out."""

    people: Annotated[int | None, Field(ge=0, le=200, description="How many were trapped", examples=[2])] = None


class ClosingIn(Command):
    """Classification at closing (notice, annex 1 section 三 (二)); which codes go with it: `/causes`."""

    classification: Classified
    cause_code: CauseCode | None = None
    cause_text: CauseText | None = None


class CorrectionIn(Command):
    """What is right instead. The corrected node stays as it is."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S", examples=["抵达时间实为 10:21"])]
    at: Annotated[Instant | None, Field(description="The right moment, where the time is what was wrong")] = None


class NoteIn(Command):
    """A remark in the timeline."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S", examples=["已联系家属"])]


class CauseOut(Schema):
    """One line of table 1 or 2 of the notice."""

    code: CauseCode
    group: Annotated[str, Field(examples=["门系统"])]
    group_en: Annotated[str, Field(examples=["Door system"])]
    text: Annotated[str, Field(examples=["轿门锁性能不良"])]
    text_en: Annotated[str, Field(examples=["Car door lock faulty"])]
    other: Annotated[bool, Field(description="The cause must be written out", examples=[False])]


class CausesOut(Schema):
    """Which causes each classification may name; an empty list: none."""

    causes: Annotated[
        dict[Classification, list[CauseOut]], Field(examples=[{"entrapment": [], "test": [], "false_alarm": []}])
    ]
