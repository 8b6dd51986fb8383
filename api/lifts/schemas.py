"""Lifts, in and out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.kit.fields import Command, DeviceCode, Id, Instant, Patch, RegistrationNo, RescueNo, Schema
from api.kit.sip import SipAccount, SipPassword, TrunkNumber
from dialplan.names import Accept, Role
from escalation.plan import Mode, TargetKind
from escalation.states import IncidentState
from store.models import CabinKind

LiftName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["阳光小区 3 号楼 2 单元 1 号梯"])
]
District = Annotated[str, Field(min_length=1, max_length=100, description="行政区划", examples=["长安区"])]
Address = Annotated[str, Field(min_length=1, max_length=200, description="安装地址", examples=["中山东路 1 号"])]
Community = Annotated[str, Field(min_length=1, max_length=100, description="小区", examples=["阳光小区"])]
Building = Annotated[str, Field(min_length=1, max_length=32, description="楼号", examples=["3"])]
Unit = Annotated[str, Field(min_length=1, max_length=32, description="单元", examples=["2"])]
Car = Annotated[str, Field(min_length=1, max_length=32, description="梯号", examples=["1"])]
PropertyId = Annotated[Id, Field(description="使用单位/物业", examples=[1])]
MaintainerId = Annotated[Id, Field(description="维保单位", examples=[2])]
Did = Annotated[
    str, Field(pattern=r"^\+?[0-9]{3,20}$", description="Trunk number this cabin dials", examples=["031180000001"])
]


class SipCabinIn(Command):
    """A cabin phone that registers; `cabin-<rescue number>` unless an account is given."""

    kind: Annotated[Literal["sip"], Field(examples=["sip"])]
    address: SipAccount | None = None


class TrunkCabinIn(Command):
    """A GSM or analogue cabin phone, known by its caller number."""

    kind: Annotated[Literal["trunk"], Field(examples=["trunk"])]
    address: TrunkNumber


CabinIn = Annotated[SipCabinIn | TrunkCabinIn, Field(discriminator="kind")]


class LiftIn(Command):
    """A new lift."""

    device_code: DeviceCode
    registration_no: RegistrationNo
    rescue_no: RescueNo
    name: LiftName
    district: District | None = None
    address: Address | None = None
    community: Community | None = None
    building: Building | None = None
    unit: Unit | None = None
    car: Car | None = None
    property_id: PropertyId | None = None
    maintainer_id: MaintainerId | None = None
    cabin: CabinIn
    did: Did | None = None
    plan_id: Id | None = None


class LiftPatch(Patch):
    """Changes of a lift. Its cabin's account is part of the device and does not change."""

    device_code: Annotated[DeviceCode, Field(default=None)]
    registration_no: Annotated[RegistrationNo, Field(default=None)]
    rescue_no: Annotated[RescueNo, Field(default=None)]
    name: Annotated[LiftName, Field(default=None)]
    district: District | None = None
    address: Address | None = None
    community: Community | None = None
    building: Building | None = None
    unit: Unit | None = None
    car: Car | None = None
    property_id: PropertyId | None = None
    maintainer_id: MaintainerId | None = None
    did: Did | None = None
    active: Annotated[bool, Field(default=None, examples=[False])]


class LiftOut(Schema):
    """A lift."""

    id: Id
    device_code: DeviceCode
    registration_no: RegistrationNo
    rescue_no: RescueNo
    name: LiftName
    district: District | None
    address: Address | None
    community: Community | None
    building: Building | None
    unit: Unit | None
    car: Car | None
    property_id: PropertyId | None
    maintainer_id: MaintainerId | None
    cabin_kind: Annotated[CabinKind, Field(examples=["sip"])]
    cabin_address: Annotated[str, Field(description="SIP account or caller number", examples=["cabin-300121"])]
    did: Did | None
    plan_id: Id | None
    active: Annotated[bool, Field(examples=[True])]


class NewLiftOut(LiftOut):
    """A lift that was just made, with its cabin's SIP password."""

    password: SipPassword | None = None


class PlanAssignment(Command):
    """The plan of a lift; null is the default: its property's phones, its maintainer's duty, the centre."""

    plan_id: Id | None


class EffectiveTargetOut(Schema):
    """Whom a tier would ring now."""

    kind: Annotated[TargetKind, Field(examples=["duty"])]
    address: Annotated[str, Field(description="Dial string; empty for duty and centre", examples=["PJSIP/guard-1"])]
    label: Annotated[str, Field(examples=["值班室座机"])]
    accept: Annotated[Accept, Field(examples=["key"])]
    allowance_s: Annotated[int, Field(examples=[10])]
    organization_id: Id | None
    phone_id: Annotated[Id | None, Field(description="The phone of the estate, to call it with one click")]
    who: Annotated[str | None, Field(description="Whose phone it is", examples=["维保员 A"])]
    on_duty: list[EffectiveTargetOut] = Field(default_factory=list, examples=[[]])


class EffectiveTierOut(Schema):
    """One level of response as it is now."""

    role: Annotated[Role, Field(examples=["maintainer"])]
    mode: Annotated[Mode, Field(examples=["parallel"])]
    ring_s: Annotated[int, Field(examples=[15])]
    targets: list[EffectiveTargetOut]


class EffectivePlanOut(Schema):
    """The plan that an alarm of this lift would follow at this moment, with who is on duty."""

    device_code: DeviceCode
    name: Annotated[str, Field(examples=["default"])]
    at: Instant
    tiers: list[EffectiveTierOut]


class LiftStateOut(Schema):
    """What is known of a lift right now. `degraded` means: from the database alone, Redis is away."""

    device_code: DeviceCode
    at: Instant
    degraded: Annotated[bool, Field(examples=[False])]
    cabin: Annotated[
        dict[str, Any] | None,
        Field(
            description="Registration of the cabin phone as the record process sees it",
            examples=[{"online": True, "since": 1763773200.5, "uri": "sip:cabin-300121@192.0.2.7:5060"}],
        ),
    ]
    incident_number: Annotated[str | None, Field(description="The open incident", examples=["20261122-0001"])]
    incident_state: Annotated[IncidentState | None, Field(examples=["raised"])]
    calls: Annotated[list[str], Field(description="Call ids that have not ended", examples=[["node1-1763780047.12"]])]
