"""API keys, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, DeviceCode, Id, Instant, Schema, ShortText
from store.models import UserRole

KeyName = Annotated[ShortText, Field(examples=["第三方监测平台"])]
Role = Annotated[UserRole, Field(examples=["maintainer"])]
Prefix = Annotated[str, Field(description="Names the key in lists and logs", examples=["llk_1f0a9c3d7b2e"])]
Expiry = Annotated[Instant, Field(examples=["2027-11-22T00:00:00.000000Z"])]


GatewayName = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z._:-]{1,64}$",
        description="Name of the gateway; a renewed key has the same, so that its events are still known",
        examples=["gw-sunshine-3"],
    ),
]


class KeyIn(Command):
    """A new key of a machine.

    A key of the role `gateway` names its gateway, and either `lifts` or an organization (whose lifts it then speaks
    for). Other roles have neither.
    """

    name: KeyName
    role: Role
    organization_id: Id | None = None
    gateway: GatewayName | None = None
    lifts: Annotated[
        list[DeviceCode], Field(max_length=10_000, description="设备代码", examples=[["31101301002019060001"]])
    ] = Field(default_factory=list)
    expires_at: Expiry | None = None


class KeyOut(Schema):
    """A key, without its secret."""

    id: Id
    name: KeyName
    prefix: Prefix
    role: Role
    organization_id: Id | None
    gateway: GatewayName | None
    created_at: Instant
    expires_at: Expiry | None
    revoked_at: Instant | None


class NewKeyOut(KeyOut):
    """A key that was just made. Over MQTT its `prefix` is the user name and the key the password."""

    key: Annotated[
        str, Field(description="Shown once", examples=["llk_1f0a9c3d7b2e_Jr0yC1x7Wm3v8kQ2bT5nZ4hL6pS9dF0gA1eX7cV"])
    ]
