"""How far the collector has read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigKey


class JournalPosition(Base):
    """First byte of a journal segment that is not collected yet.

    Stored in the same transaction as the nodes of the bytes before it: each record is collected exactly once.
    """

    __tablename__ = "journal_positions"

    switch_node: Mapped[str] = mapped_column(String(64), primary_key=True)
    segment: Mapped[str] = mapped_column(String(128), primary_key=True)
    offset: Mapped[int] = mapped_column(BigKey)
    updated_at: Mapped[datetime]
