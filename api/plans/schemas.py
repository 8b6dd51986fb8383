"""Escalation plans, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, Id, Schema, ShortText
from dialplan.names import Accept, Role
from escalation.plan import Mode, TargetKind

PlanName = Annotated[ShortText, Field(examples=["阳光小区夜间预案"])]
TierRole = Annotated[Role, Field(examples=["property"])]
TierMode = Annotated[Mode, Field(description="All at once, or one after the other", examples=["parallel"])]
RingSeconds = Annotated[
    int, Field(ge=5, le=120, description="Seconds of ringing, counted from the callee's ringing", examples=[15])
]
Kind = Annotated[TargetKind, Field(examples=["phone"])]
PhoneId = Annotated[Id, Field(description="For kind phone", examples=[3])]
DutyOf = Annotated[Id, Field(description="For kind duty: whose duty", examples=[2])]
AcceptBy = Annotated[Accept, Field(description="Overrides the phone's own", examples=["key"])]
Allowance = Annotated[int, Field(ge=0, le=60, description="Overrides the phone's own; seconds", examples=[10])]


class TargetIn(Command):
    """Whom a tier rings: a phone, whoever is on duty, or the centre."""

    kind: Kind
    phone_id: PhoneId | None = None
    organization_id: DutyOf | None = None
    accept: AcceptBy | None = None
    allowance_s: Allowance | None = None


class TierIn(Command):
    """One level of response. The last one must be the centre alone."""

    role: TierRole
    mode: TierMode = Mode.PARALLEL
    ring_s: RingSeconds = 15
    targets: Annotated[list[TargetIn], Field(min_length=1, max_length=10)]


class PlanIn(Command):
    """A plan: its tiers in the order they are called."""

    name: PlanName
    tiers: Annotated[list[TierIn], Field(min_length=1, max_length=10)]


class TargetOut(Schema):
    """Whom a tier rings."""

    kind: Kind
    phone_id: PhoneId | None
    organization_id: DutyOf | None
    accept: AcceptBy | None
    allowance_s: Allowance | None


class TierOut(Schema):
    """One level of response."""

    role: TierRole
    mode: TierMode
    ring_s: RingSeconds
    targets: list[TargetOut]


class PlanOut(Schema):
    """A plan."""

    id: Id
    name: PlanName
    tiers: list[TierOut]
