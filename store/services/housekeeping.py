"""What may be deleted: never a record, only what serves the moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select

from store.models import LiveEvent, LoginSession
from store.session import StoreSession

LIVE_DAYS: Final = 7
"""How long a client may be away and still resume the event stream where it left."""


def tidy(session: StoreSession, now: datetime) -> None:
    """Delete live events older than `LIVE_DAYS` and log-ins that have ended. Meant to run daily.

    The facts the events told of stay in nodes and incidents. The newest event stays whatever its age, so that
    the stream's end is always known.
    """
    newest = select(func.max(LiveEvent.id)).scalar_subquery()
    session.execute(delete(LiveEvent).where(LiveEvent.at < now - timedelta(days=LIVE_DAYS), LiveEvent.id < newest))
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now))
