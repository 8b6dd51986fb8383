"""Who did what, from where: log-ins, listening, downloads, exports, changes. Only ever appended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, Json, JsonObject, choice


class ActorKind(StrEnum):
    """What kind of actor it was."""

    USER = "user"
    KEY = "key"  # a machine with an API key
    COMMAND = "command"  # somebody at the server's command line
    SYSTEM = "system"  # Liftline itself
    STRANGER = "stranger"  # nobody we know: a refused log-in, a scanner


class AuditEntry(Base):
    """One act. A trigger in the database refuses UPDATE and DELETE.

    Names are kept as they were then, not as foreign keys: an account may be deleted, its acts may not.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_action_id", "action", "id"),
        Index("ix_audit_entries_actor_id", "actor_kind", "actor_id", "id"),
        Index("ix_audit_entries_subject_id", "subject", "subject_id", "id"),
    )

    id: Mapped[BigId]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[ActorKind] = mapped_column(choice(ActorKind, "actor_kind"))
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(120))  # user's or key's name, or what the stranger called itself
    address: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(64))  # kind of what it was done to: lifts, recordings, …
    subject_id: Mapped[str | None] = mapped_column(String(120))
    before: Mapped[JsonObject | None] = mapped_column(Json)
    after: Mapped[JsonObject | None] = mapped_column(Json)
    detail: Mapped[JsonObject] = mapped_column(Json, default=dict)
