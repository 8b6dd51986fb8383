"""Users, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.auth.schemas import NewPassword
from api.kit.fields import Command, Id, Patch, Schema, ShortText
from store.models import UserRole

Login = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9._@-]{1,63}$", description="Lower case; log-in ignores case", examples=["guard-a"]),
]
UserName = Annotated[ShortText, Field(examples=["值班员 A"])]
Role = Annotated[UserRole, Field(examples=["property"])]
PhoneId = Annotated[Id, Field(description="Phone that rings when this user clicks to call", examples=[3])]


class UserIn(Command):
    """A new log-in. Property and maintainer need the organization whose lifts they see."""

    login: Login
    name: UserName
    role: Role
    organization_id: Id | None = None
    phone_id: PhoneId | None = None
    password: NewPassword


class UserPatch(Patch):
    """Changes of a log-in; switching it off ends its sessions at once."""

    name: Annotated[UserName, Field(default=None)]
    role: Annotated[Role, Field(default=None)]
    organization_id: Id | None = None
    phone_id: PhoneId | None = None
    active: Annotated[bool, Field(default=None, examples=[False])]


class UserOut(Schema):
    """A log-in."""

    id: Id
    login: Login
    name: UserName
    role: Role
    organization_id: Id | None
    phone_id: PhoneId | None
    active: Annotated[bool, Field(examples=[True])]


class PasswordIn(Command):
    """A new password, set by an administrator."""

    password: NewPassword
