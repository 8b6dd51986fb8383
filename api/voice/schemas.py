"""Interventions, calls and operators, in and out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from api.kit.fields import Command, Id, Schema
from dialplan.names import Intervention

Leg = Annotated[str, Field(description="Unique id of the operator's line", examples=["node1-1764000000123.481516"])]
Mode = Annotated[Intervention, Field(examples=["listen"])]
Address = Annotated[str, Field(examples=["PJSIP/op-1"])]


class InterventionIn(Command):
    """What the operator wants to do on the alarm."""

    mode: Mode


class InterventionOut(Schema):
    """An operator who is on the alarm, or whose phone is being called for it."""

    id: Leg
    mode: Mode
    target: Address
    who: Annotated[str | None, Field(description="The phone's person, or its label", examples=["坐席一"])]
    own: Annotated[bool, Field(description="It is the caller's own line", examples=[True])]
    connected: Annotated[bool, Field(description="False: the operator's phone is being called", examples=[True])]


class CallIn(Command):
    """Whom to call about an incident: the cabin, a phone of the estate, or a number."""

    to: Annotated[Literal["cabin", "phone", "number"], Field(examples=["phone"])]
    phone_id: Id | None = None
    number: Annotated[str | None, Field(pattern=r"^\+?[0-9]{3,20}$", examples=["13800000001"])] = None
    third_party: Annotated[
        bool, Field(description="Bring them into the running alarm rather than talk with them alone")
    ] = False

    @model_validator(mode="after")
    def _named(self) -> CallIn:
        wanted = {"phone": self.phone_id, "number": self.number}.get(self.to, True)
        if wanted is None:
            raise ValueError(f"`{'phone_id' if self.to == 'phone' else 'number'}` is missing")
        if self.to == "cabin" and self.third_party:
            raise ValueError("the cabin is no third party")
        return self


class CallingOut(Schema):
    """A call that is being made."""

    id: Leg
    own_phone: Annotated[str | None, Field(description="The caller's own phone, rung first", examples=["PJSIP/op-1"])]
    to: Annotated[str, Field(description="What is called then", examples=["PJSIP/13800000001@trunk"])]


class OperatorOut(Schema):
    """An operator's phone as the queue sees it."""

    phone_id: Id | None
    address: Address
    label: Annotated[str, Field(examples=["坐席一"])]
    who: Annotated[str | None, Field(examples=["坐席一"])]
    state: Annotated[Literal["free", "ringing", "talking", "offline"], Field(examples=["free"])]
    paused: Annotated[bool, Field(examples=[False])]
    reason: Annotated[str, Field(description="Why paused", examples=["午休"])]
    own: Annotated[bool, Field(examples=[False])]


class PauseIn(Command):
    """A pause: the queue leaves the operator's phones alone."""

    reason: Annotated[str, Field(max_length=60, pattern=r"^[^\r\n]*$", examples=["午休"])] = ""
