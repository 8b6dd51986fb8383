"""What waits to be sent on to the city's 96365 platform (notice, annex 1 section 一 (一) 2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, Json, JsonObject, choice


class OutboxState(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # the platform refuses it; it stays until somebody resends it


class Platform(Base):
    """A single row: whether anything is queued at all. The record process sets it from the settings."""

    __tablename__ = "platform"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enabled: Mapped[bool]
    since: Mapped[datetime | None]  # when sending was switched on or off


class OutboxMessage(Base):
    """One fact to be sent, written in the fact's own transaction. Ids follow the order of the commits.

    A stream is what must arrive in order: one lift, or one incident of an unknown caller. `seq` and `key` are
    given when the message is first taken up to be sent; from then on they and what is sent never change.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_unsent",
            "stream",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_outbox_messages_state_id", "state", "id"),
        {"sqlite_autoincrement": True},  # an id is never given out twice, even after sent rows were deleted
    )

    id: Mapped[BigId]
    stream: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]  # when the fact happened
    queued_at: Mapped[datetime]
    lift_id: Mapped[int | None]  # no foreign key: the message outlives the lift
    device_code: Mapped[str | None] = mapped_column(String(32))
    registration_no: Mapped[str | None] = mapped_column(String(32))
    rescue_no: Mapped[str | None] = mapped_column(String(6))
    incident: Mapped[str | None] = mapped_column(String(16))
    payload: Mapped[JsonObject | None] = mapped_column(Json)  # absent: read when first taken up
    seq: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(36), unique=True)
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState, "state"), default=OutboxState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    rejections: Mapped[int] = mapped_column(default=0)  # failures that are the message's own
    last_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(400))
    done_at: Mapped[datetime | None]  # sent, or given up


class OutboxStream(Base):
    """One stream: when it is due, and who has taken it up."""

    __tablename__ = "outbox_streams"

    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # absent: nothing waits
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
