"""Reading the table of live events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from api.auth.principal import Principal
from store.models import LiveEvent, UserRole
from store.repositories import live
from store.session import read_scope


@dataclass(frozen=True, slots=True)
class Event:
    """One live event as it is kept in memory and sent."""

    id: int
    at: datetime
    type: str
    incident_id: int | None
    lift_id: int | None
    property_id: int | None
    maintainer_id: int | None
    payload: dict[str, Any]

    def visible_to(self, principal: Principal) -> bool:
        """Return whether the caller may see it: all of it, or what concerns the own organization."""
        if principal.sees_everything:
            return True
        own = self.property_id if principal.role is UserRole.PROPERTY else self.maintainer_id
        return own is not None and own == principal.organization_id


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ids of the oldest and newest event in the table; both 0 when it is empty."""

    oldest: int
    newest: int


def read_after(engine: Engine, after: int, limit: int) -> Sequence[Event]:
    """Return the events beyond an id, oldest first, `limit` at most."""
    with read_scope(engine) as session:
        return [_event(row) for row in live.after(session, after, limit)]


def read_bounds(engine: Engine) -> Bounds:
    """Return the oldest and newest id."""
    with read_scope(engine) as session:
        oldest, newest = session.execute(select(func.min(LiveEvent.id), func.max(LiveEvent.id))).one()
        return Bounds(oldest or 0, newest or 0)


def _event(row: LiveEvent) -> Event:
    return Event(
        id=row.id,
        at=row.at,
        type=row.type,
        incident_id=row.incident_id,
        lift_id=row.lift_id,
        property_id=row.property_id,
        maintainer_id=row.maintainer_id,
        payload=row.payload,
    )
