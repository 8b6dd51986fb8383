"""How long recordings stay: at least one year, and nobody can shorten that (notice, annex 1 section 一 (一) 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from recordings.audio import sync_folder

if TYPE_CHECKING:
    from recordings.store import RecordingStore

MINIMUM_DAYS = 365


class RetentionError(RuntimeError):
    """The recording must still be kept. `until` is the first moment (UTC) at which it may be deleted."""

    def __init__(self, name: str, until: datetime) -> None:
        super().__init__(f"{name} must be kept until {until:%Y-%m-%d %H:%M:%S} UTC")
        self.name = name
        self.until = until


@dataclass(frozen=True, slots=True)
class Retention:
    """The rule of one instance.

    Args:
        days: how long recordings are kept; raises `ValueError` below `MINIMUM_DAYS`.
    """

    days: int

    def __post_init__(self) -> None:
        if self.days < MINIMUM_DAYS:
            raise ValueError(f"recordings are kept at least {MINIMUM_DAYS} days, not {self.days}")

    def until(self, ended_at: datetime) -> datetime:
        """Return the first moment at which a recording that ended then may be deleted."""
        return ended_at + timedelta(days=self.days)

    def expired(self, ended_at: datetime, now: datetime) -> bool:
        """Return whether it may be deleted now."""
        return now >= self.until(ended_at)

    def delete(self, store: RecordingStore, name: str, ended_at: datetime, now: datetime) -> None:
        """Delete the file for good; raise `RetentionError` while it must be kept. A missing file is no error."""
        if not self.expired(ended_at, now):
            raise RetentionError(name, self.until(ended_at))
        path = store.path(name)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)
