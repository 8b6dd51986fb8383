"""Recordings: one file per alarm call, from press to hang-up, and one per operator's line that came on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, BigKey, choice
from store.models.incidents import Call, Incident


class RecordingState(StrEnum):
    """What is known about a recording's file."""

    RECORDING = "recording"  # the switch is writing it
    OK = "ok"
    SHORT = "short"  # shorter than the journal says the call was
    SILENT = "silent"  # nothing to hear on either channel, nothing came from the cabin, or an alarm without prompts
    MISSING = "missing"
    ALTERED = "altered"  # its SHA-256 is no longer the one noted


class Recording(Base):
    """Index entry of one recording. `file` is relative to the recordings folder; sizes in bytes, times in ms."""

    __tablename__ = "recordings"

    id: Mapped[BigId]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    call_id: Mapped[int] = mapped_column(BigKey, ForeignKey("calls.id"), index=True)
    file: Mapped[str] = mapped_column(String(255), unique=True)
    target: Mapped[str | None] = mapped_column(String(128))  # whose own line it is; absent: the cabin's
    state: Mapped[RecordingState] = mapped_column(choice(RecordingState, "state", closed=False), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    expected_ms: Mapped[int | None]  # from the journal
    duration_ms: Mapped[int | None]  # of the file
    channels: Mapped[int | None]
    sample_rate: Mapped[int | None]  # Hz
    bytes: Mapped[int | None] = mapped_column(BigKey)
    sha256: Mapped[str | None] = mapped_column(String(64))

    incident: Mapped[Incident | None] = relationship()
    call: Mapped[Call] = relationship()
