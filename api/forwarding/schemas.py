"""Sending on, out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Id, Instant, Schema
from store.models import OutboxState


class ForwardingOut(Schema):
    """Whether anything is sent on, and what waits."""

    enabled: Annotated[bool, Field(examples=[True])]
    waiting: Annotated[int, Field(examples=[0])]
    oldest: Instant | None
    put_aside: Annotated[int, Field(description="Refused by the platform; resend them", examples=[0])]


class OutboxOut(Schema):
    """One message."""

    id: Id
    stream: Annotated[str, Field(examples=["lift:17"])]
    seq: Annotated[int | None, Field(description="Its number in the stream, once it was taken up", examples=[12])]
    kind: Annotated[str, Field(examples=["incident.raised"])]
    at: Instant
    queued_at: Instant
    device_code: Annotated[str | None, Field(examples=["31101301002019060001"])]
    incident: Annotated[str | None, Field(examples=["20261122-0001"])]
    state: Annotated[OutboxState, Field(examples=["dead"])]
    attempts: Annotated[int, Field(examples=[3])]
    last_attempt_at: Instant | None
    last_error: Annotated[str | None, Field(examples=["HTTP 422: …"])]
    done_at: Instant | None


class ResentOut(Schema):
    """How many were put back into the queue."""

    messages: Annotated[int, Field(examples=[1])]
