"""API keys, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, Id, Instant, Schema, ShortText
from store.models import UserRole

KeyName = Annotated[ShortText, Field(examples=["第三方监测平台"])]
Role = Annotated[UserRole, Field(examples=["maintainer"])]
Prefix = Annotated[str, Field(description="Names the key in lists and logs", examples=["llk_1f0a9c3d7b2e"])]
Expiry = Annotated[Instant, Field(examples=["2027-11-22T00:00:00.000000Z"])]


class KeyIn(Command):
    """A new key of a machine."""

    name: KeyName
    role: Role
    organization_id: Id | None = None
    expires_at: Expiry | None = None


class KeyOut(Schema):
    """A key, without its secret."""

    id: Id
    name: KeyName
    prefix: Prefix
    role: Role
    organization_id: Id | None
    created_at: Instant
    expires_at: Expiry | None
    revoked_at: Instant | None


class NewKeyOut(KeyOut):
    """A key that was just made."""

    key: Annotated[
        str, Field(description="Shown once", examples=["llk_1f0a9c3d7b2e_Jr0yC1x7Wm3v8kQ2bT5nZ4hL6pS9dF0gA1eX7cV"])
    ]
