"""Audit entries, out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.kit.fields import Id, Instant, Schema
from store.models import ActorKind

Values = Annotated[dict[str, Any] | None, Field(examples=[{"name": "阳光物业"}])]


class AuditOut(Schema):
    """One act: who, from where, what, and what stood there before and after."""

    id: Id
    at: Instant
    actor_kind: Annotated[ActorKind, Field(examples=["user"])]
    actor_id: Id | None
    actor: Annotated[str, Field(examples=["值班员 A"])]
    address: Annotated[str | None, Field(examples=["10.1.2.3"])]
    action: Annotated[str, Field(examples=["organizations.changed"])]
    subject: Annotated[str | None, Field(examples=["organizations"])]
    subject_id: Annotated[str | None, Field(examples=["17"])]
    before: Values
    after: Values
    detail: Annotated[dict[str, Any], Field(examples=[{}])]
