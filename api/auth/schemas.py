"""What log-in takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from api.auth.passwords import MAX_LENGTH, MIN_LENGTH
from api.auth.permissions import Permission
from api.kit.fields import Command, Id, Instant, Schema
from store.models import UserRole

LoginName = Annotated[str, Field(min_length=1, max_length=64, examples=["operator-a"])]
CsrfToken = Annotated[
    str,
    Field(description="Repeat it in the header X-CSRF-Token", examples=["3f0c5d9a7b1e4c2f8a6d0b9e7c5a3f1d2b4c6e80"]),
]
NewPassword = Annotated[
    SecretStr, Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH, examples=["four words are long enough"])
]


class Credentials(Command):
    """Login and password."""

    login: LoginName
    password: Annotated[SecretStr, Field(min_length=1, max_length=MAX_LENGTH, examples=["four words are long enough"])]


class CallerOut(Schema):
    """Who the caller is, and what the caller may do."""

    kind: Annotated[Literal["user", "key"], Field(examples=["user"])]
    id: Id
    name: Annotated[str, Field(examples=["值班员 A"])]
    role: Annotated[UserRole, Field(examples=["centre"])]
    organization_id: Id | None
    permissions: Annotated[list[Permission], Field(examples=[["incidents:read", "incidents:respond"]])]
    csrf_token: CsrfToken | None = None


class LoggedIn(Schema):
    """A browser's log-in; the session itself is in the cookie."""

    caller: CallerOut
    csrf_token: CsrfToken
    expires_at: Instant


class TokenOut(Schema):
    """A program's log-in."""

    token: Annotated[str, Field(description="Shown once", examples=["lls_Jr0yC1x7Wm3v8kQ2bT5nZ4hL6pS9dF0gA1eX7cV2uYo"])]
    token_type: Annotated[Literal["bearer"], Field(examples=["bearer"])] = "bearer"  # noqa: S105 - the kind of token, not a token
    expires_at: Instant


class PasswordChange(Command):
    """The password of the caller's own account."""

    current: Annotated[SecretStr, Field(min_length=1, max_length=MAX_LENGTH, examples=["the one until now"])]
    new: NewPassword
