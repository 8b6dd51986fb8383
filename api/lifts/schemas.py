"""Lifts, in and out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.kit.fields import Command, DeviceCode, Id, Instant, Patch, RegistrationNo, RescueNo, Schema
from api.kit.sip import SipAccount, SipPassword, TrunkNumber
from dialplan.names import Accept, Role
from escalation.plan import Mode, TargetKind
from escalation.states import IncidentState
from sensing.events import Direction, Door, PowerState
from sensing.events import Mode as Mode_
from store.models import CabinKind, DeviceLink

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


class DeviceOut(Schema):
    """What the lift's sensors last told. A field that no sensor of the lift tells is null."""

    online: Annotated[bool, Field(description="Data comes in", examples=[True])]
    since: Annotated[Instant | None, Field(description="Since when it is on or off line")] = None
    seen_at: Annotated[Instant | None, Field(description="When it was last heard")] = None
    told_at: Annotated[Instant | None, Field(description="When the car last told of itself")] = None
    floor: Annotated[int | None, Field(examples=[7])] = None
    direction: Annotated[Direction | None, Field(examples=["stopped"])] = None
    moving: Annotated[bool | None, Field(examples=[False])] = None
    door: Annotated[Door | None, Field(examples=["closed"])] = None
    in_door_zone: Annotated[bool | None, Field(examples=[True])] = None
    people: Annotated[bool | None, Field(examples=[False])] = None
    people_count: Annotated[int | None, Field(examples=[0])] = None
    mode: Annotated[Mode_ | None, Field(examples=["normal"])] = None
    power: Annotated[PowerState | None, Field(examples=["restored"])] = None
    charge_percent: Annotated[float | None, Field(examples=[98.5])] = None
    remaining_s: Annotated[int | None, Field(description="Seconds the battery lasts", examples=[9000])] = None
    safety_circuit_open: Annotated[bool | None, Field(examples=[False])] = None
    runs: Annotated[int | None, Field(description="The gateway's counter", examples=[120345])] = None


class Readiness(Schema):
    """Whether an alarm of the lift would work. Data and telephone are judged apart: they say nothing of each other."""

    sends_data: Annotated[bool | None, Field(description="Null: it has no device", examples=[True])]
    callable: Annotated[
        bool | None, Field(description="Its cabin phone is registered; null: not known", examples=[True])
    ]
    online_for_alarms: Annotated[bool | None, Field(description="Both, as far as it has both", examples=[True])]


class LiftLiveOut(Schema):
    """The live picture of one lift, as the list shows it."""

    device_code: DeviceCode
    device: DeviceOut | None
    readiness: Readiness


class LiveOut(Schema):
    """Live pictures of lifts, in the order of their device codes."""

    at: Instant
    degraded: Annotated[bool, Field(description="From the database alone, Redis is away", examples=[False])]
    items: list[LiftLiveOut]
    next_after: Annotated[str | None, Field(description="Ask for the next with `after`", examples=[None])]


class DeviceChangeOut(Schema):
    """A device went off line or came back (notice, annex 1 section 七)."""

    id: Id
    link: Annotated[DeviceLink, Field(examples=["offline"])]
    at: Instant
    noticed_at: Instant


class LiftDayOut(Schema):
    """Runs of a lift on one day of Asia/Shanghai."""

    day: Annotated[date, Field(examples=["2026-11-22"])]
    runs: Annotated[int, Field(examples=[412])]


class DevicePatch(Patch):
    """What is agreed for a lift's device."""

    interval_s: Annotated[
        int | None,
        Field(ge=5, le=86_400, description="Longest silence in seconds; null: as the device tells", examples=[120]),
    ] = None


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
    device: DeviceOut | None
    readiness: Readiness
    calls: Annotated[list[str], Field(description="Call ids that have not ended", examples=[["node1-1763780047.12"]])]
