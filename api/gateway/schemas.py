"""Events of gateways, in and out. The events' own form is published as a JSON Schema (`intake.contract`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Schema
from intake.accepting import Outcome, Reason

Count = Annotated[int, Field(ge=0, examples=[1])]


class VerdictOut(Schema):
    """What became of one event."""

    index: Annotated[int, Field(description="Place in the batch, from 0", examples=[0])]
    event_id: Annotated[str | None, Field(examples=["7f3c-000042"])]
    verdict: Annotated[Outcome, Field(examples=["stored"])]
    reason: Annotated[Reason | None, Field(description="Why it was refused", examples=[None])] = None
    field: Annotated[str | None, Field(examples=[None])] = None
    detail: Annotated[str | None, Field(description="For the gateway's log", examples=[None])] = None


class AcceptedOut(Schema):
    """What became of a batch. Everything called stored or duplicate is safe against a crash."""

    stored: Count
    duplicate: Annotated[int, Field(ge=0, examples=[0])]
    refused: Annotated[int, Field(ge=0, examples=[0])]
    verdicts: list[VerdictOut]
