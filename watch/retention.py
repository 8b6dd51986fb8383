"""Raw events are kept for a bounded time. What followed from them (nodes, incidents, on- and off-line times) stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from sensing.events import EventKind
from store.models import GatewayEvent
from watch.reading import REPLAY, position

if TYPE_CHECKING:
    from liftline.settings import Settings
    from store.session import StoreSession

AT_ONCE: Final = 20_000
"""Rows of one deletion, so that nobody waits long for it."""


def trim(session: StoreSession, settings: Settings, now: datetime) -> int:
    """Delete events that have had their time and were looked at; return how many.

    A repetition of an event is known by its row, so events are kept for longer than one may be late. A heartbeat
    that comes again after its row is gone says nothing that is not known.
    """
    followed, done = position(session, REPLAY), 0
    for kind in EventKind:
        beat = kind is EventKind.HEARTBEAT
        kept = timedelta(hours=settings.heartbeat_retention_hours if beat else settings.sensor_retention_days * 24)
        before = round((now - kept).timestamp() * 1000)
        chosen = select(GatewayEvent.id).where(
            GatewayEvent.kind == kind.value, GatewayEvent.received_ms < before, GatewayEvent.id <= followed
        )
        found = session.execute(delete(GatewayEvent).where(GatewayEvent.id.in_(chosen.limit(AT_ONCE - done))))
        done += int(getattr(found, "rowcount", 0))
        if done >= AT_ONCE:
            break
    return done
