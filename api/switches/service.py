"""Switch nodes, from the collector's positions and what the record process publishes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.health.published import published_health
from api.kit.redis import RedisLink
from api.switches.schemas import SwitchOut
from store.models import JournalPosition


def switches(session: Session, redis: RedisLink) -> list[SwitchOut]:
    """Return the newest journal segment of each node."""
    rows = session.scalars(select(JournalPosition).order_by(JournalPosition.updated_at))
    newest = {row.switch_node: row for row in rows}
    health = published_health(redis)
    return [
        SwitchOut(
            node=row.switch_node,
            segment=row.segment,
            offset=row.offset,
            updated_at=row.updated_at,
            health=health.get(row.switch_node),
        )
        for row in newest.values()
    ]
