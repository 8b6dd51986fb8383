"""Phones, in and out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.kit.fields import Command, Id, Patch, Schema, ShortText
from api.kit.sip import SipAccount, SipPassword, TrunkNumber
from dialplan.names import Accept
from store.models import PhoneKind

Label = Annotated[ShortText, Field(examples=["值班室座机"])]
AcceptBy = Annotated[Accept, Field(description="What takes the alarm: answering, or the key 1", examples=["answer"])]
Allowance = Annotated[
    int, Field(ge=0, le=60, description="Seconds the carrier may need before the phone rings", examples=[10])
]
Active = Annotated[bool, Field(examples=[True])]


class SipPhoneIn(Command):
    """A phone that registers with the switch. The answer shows its password, once."""

    kind: Annotated[Literal["sip"], Field(examples=["sip"])]
    organization_id: Id
    person_id: Id | None = None
    label: Label
    address: SipAccount
    accept: AcceptBy = Accept.ANSWER
    allowance_s: Allowance = 0


class TrunkPhoneIn(Command):
    """A phone behind the carrier. By default it takes an alarm with the key, so that no voicemail does."""

    kind: Annotated[Literal["trunk"], Field(examples=["trunk"])]
    organization_id: Id
    person_id: Id | None = None
    label: Label
    address: TrunkNumber
    accept: AcceptBy = Accept.KEY
    allowance_s: Allowance = 10


PhoneIn = Annotated[SipPhoneIn | TrunkPhoneIn, Field(discriminator="kind")]


class PhonePatch(Patch):
    """Changes of a phone; another account or number is another phone."""

    person_id: Id | None = None
    label: Annotated[Label, Field(default=None)]
    accept: Annotated[AcceptBy, Field(default=None)]
    allowance_s: Annotated[Allowance, Field(default=None)]
    active: Annotated[Active, Field(default=None)]


class PhoneOut(Schema):
    """A phone."""

    id: Id
    organization_id: Id
    person_id: Id | None
    label: Label
    kind: Annotated[PhoneKind, Field(examples=["sip"])]
    address: Annotated[str, Field(description="SIP account or number", examples=["guard-300121"])]
    accept: AcceptBy
    allowance_s: Allowance
    active: Active


class NewPhoneOut(PhoneOut):
    """A phone that was just made, with its SIP password."""

    password: SipPassword | None = None


class SipAccountOut(Schema):
    """A SIP account with a new password; the old one is void."""

    account: SipAccount
    password: SipPassword
