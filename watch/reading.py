"""Accepted events, read back in the order of their acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import orjson
from sqlalchemy import select

from sensing.events import Event, EventKind, payload_from_json
from sensing.moments import from_ms
from store.models import FollowPosition, Gateway, GatewayEvent, Lift

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

POSITION: Final = "sensing"
"""What is followed, up to this id."""
REPLAY: Final = "sensing.replay"
"""Some lift's detection was last written down before the events after this id."""
WAYS: Final = "intake."
"""Prefix of the rows by which each way in says that it listens (`intake.beat`)."""
BEAT_FRESH: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Told:
    """One accepted event with what the database knows of it."""

    id: int
    lift_id: int
    gateway_id: int
    event: Event


def read(session: Session, after: int, limit: int) -> list[Told]:
    """Give the events after an id, `limit` at most."""
    query = (
        select(
            GatewayEvent.id,
            GatewayEvent.lift_id,
            GatewayEvent.gateway_id,
            GatewayEvent.event_id,
            GatewayEvent.kind,
            GatewayEvent.occurred_ms,
            GatewayEvent.received_ms,
            GatewayEvent.sequence,
            GatewayEvent.data,
            Gateway.name,
            Lift.device_code,
        )
        .join(Gateway, Gateway.id == GatewayEvent.gateway_id)
        .join(Lift, Lift.id == GatewayEvent.lift_id)
        .where(GatewayEvent.id > after)
        .order_by(GatewayEvent.id)
        .limit(limit)
    )
    return [
        Told(
            row.id,
            row.lift_id,
            row.gateway_id,
            Event(
                gateway=row.name,
                event_id=row.event_id,
                device_code=row.device_code,
                occurred_at=from_ms(row.occurred_ms),
                received_at=from_ms(row.received_ms),
                payload=payload_from_json(EventKind(row.kind), orjson.loads(row.data)),
                sequence=row.sequence,
            ),
        )
        for row in session.execute(query)
    ]


def position(session: Session, name: str) -> int:
    """How far somebody has followed; 0 at first."""
    row = session.get(FollowPosition, name)
    return row.position if row is not None else 0


def keep_position(session: Session, name: str, value: int, now: datetime) -> None:
    """Store how far somebody has followed, in this transaction."""
    row = session.get(FollowPosition, name)
    if row is None:
        session.add(FollowPosition(name=name, position=value, updated_at=now))
    else:
        row.position, row.updated_at = value, now


@dataclass(frozen=True, slots=True)
class Listening:
    """Whether events could come in."""

    since: datetime
    """Without a break, by every way."""
    now: bool
    """Now, by every way."""


def listening(session: Session, now: datetime, ways: Collection[str]) -> Listening:
    """Say whether every way in listens that was ever open, and since when. Where none was, nobody can be judged."""
    names = [WAYS + way for way in ways]
    rows = session.scalars(select(FollowPosition).where(FollowPosition.name.in_(names))).all()
    if not rows:
        return Listening(now, now=False)
    since = max(from_ms(row.position) for row in rows)
    return Listening(since, now=all(now - row.updated_at <= BEAT_FRESH for row in rows))
