"""Read live events."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import LiveEvent


def after(session: Session, last_id: int, limit: int) -> Sequence[LiveEvent]:
    """Up to `limit` events after `last_id`, in order; none with a smaller id can appear later."""
    return session.scalars(select(LiveEvent).where(LiveEvent.id > last_id).order_by(LiveEvent.id).limit(limit)).all()


def newest_id(session: Session) -> int:
    """Id of the newest event; 0 when there is none."""
    return session.scalar(select(func.max(LiveEvent.id))) or 0
