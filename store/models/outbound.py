"""Calls that the record plane makes by itself: stored before they are made, each with a channel id of its own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from escalation.plan import Role
from store.models.base import Base, BigId, BigKey, choice
from store.models.intents import Intent


class OutboundKind(StrEnum):
    """What the call is for."""

    ALARM = "alarm"  # into the cabin: the alarm itself, with prompts, recording and everything that follows
    PERSON = "person"  # to somebody of the property or the maintainer


class OutboundState(StrEnum):
    """How far it is."""

    PLANNED = "planned"
    TRYING = "trying"  # the switch was about to be told; after a crash it is asked whether it was
    PLACED = "placed"
    FAILED = "failed"  # refused by the switch, or too late


class OutboundCall(Base):
    """One call of an intent. `channel_id` is given before the call is made, so that it can never be made twice."""

    __tablename__ = "outbound_calls"
    __table_args__ = (Index("ix_outbound_calls_state", "state"),)

    id: Mapped[BigId]
    intent_id: Mapped[int] = mapped_column(BigKey, ForeignKey("intents.id"), index=True)
    kind: Mapped[OutboundKind] = mapped_column(choice(OutboundKind, "kind"))
    channel_id: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[Role | None] = mapped_column(choice(Role, "role"))
    target: Mapped[str] = mapped_column(String(128))  # dial string; of an alarm the lift's device code
    allowance_s: Mapped[int] = mapped_column(default=0)
    state: Mapped[OutboundState] = mapped_column(choice(OutboundState, "state"), default=OutboundState.PLANNED)
    error: Mapped[str | None] = mapped_column(String(300))
    tried_at: Mapped[datetime | None]
    placed_at: Mapped[datetime | None]

    intent: Mapped[Intent] = relationship()
