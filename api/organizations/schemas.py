"""Organizations, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, Id, Name, Patch, Schema
from store.models import OrganizationKind

Kind = Annotated[OrganizationKind, Field(examples=["property"])]
CreditCode = Annotated[
    str, Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$", description="统一社会信用代码", examples=["91130100MA00000000"])
]
OfficePhone = Annotated[str, Field(min_length=3, max_length=32, examples=["0311-80000000"])]


class OrganizationIn(Command):
    """A new organization."""

    kind: Kind
    name: Name
    credit_code: CreditCode | None = None
    phone: OfficePhone | None = None


class OrganizationPatch(Patch):
    """Changes of an organization; its kind never changes."""

    name: Annotated[Name, Field(default=None)]
    credit_code: CreditCode | None = None
    phone: OfficePhone | None = None
    active: Annotated[bool, Field(default=None, examples=[False])]


class OrganizationOut(Schema):
    """An organization."""

    id: Id
    kind: Kind
    name: Name
    credit_code: CreditCode | None
    phone: OfficePhone | None
    active: Annotated[bool, Field(examples=[True])]
