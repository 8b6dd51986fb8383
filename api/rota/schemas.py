"""Shifts, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, Id, Instant, Schema
from api.phones.schemas import PhoneOut

Position = Annotated[int, Field(ge=1, le=10, description="Of phones on duty at once, the lower is called first")]
Start = Annotated[Instant, Field(description="Included", examples=["2026-11-22T00:00:00.000000Z"])]
End = Annotated[Instant, Field(description="Excluded", examples=["2026-11-22T12:00:00.000000Z"])]


class ShiftIn(Command):
    """One phone on duty for its organization."""

    organization_id: Id
    phone_id: Id
    starts_at: Start
    ends_at: End
    position: Annotated[Position, Field(examples=[1])] = 1


class ShiftOut(Schema):
    """A shift."""

    id: Id
    organization_id: Id
    phone_id: Id
    starts_at: Start
    ends_at: End
    position: Annotated[Position, Field(examples=[1])]


class OnDutyOut(Schema):
    """Who is on duty at a moment, in calling order.

    An empty list is a gap in the rota: then all active phones of the organization are rung.
    """

    organization_id: Id
    at: Instant
    phones: list[PhoneOut]
