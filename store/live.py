"""Live events in the order of their commits.

A client that has seen event n and resumes after it must never miss one with a smaller number. On PostgreSQL two
transactions could take ids 7 and 8 and commit 8 first. So the events of a transaction are kept back until it
commits; then it takes one lock, held until the commit is done, and only then takes ids. Because the lock is the
last one taken, no two transactions can wait for each other over it. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import event, text
from sqlalchemy.orm import Session, SessionTransaction

from store.models.live import LiveEvent
from store.outbox import forward
from store.session import StoreSession

if TYPE_CHECKING:
    from store.models import Incident, JsonObject, Lift

LIVE_LOCK: Final = 0x4C495645
"""PostgreSQL advisory lock ("LIVE") of everybody who appends live events."""

_QUEUE: Final = "live_events"


@dataclass(frozen=True, slots=True)
class About:
    """What a live event is about; decides who may see it."""

    incident: Incident | None = None
    lift: Lift | None = None
    payload: JsonObject = field(default_factory=dict)


def append_live_event(session: StoreSession, kind: str, at: datetime, about: About) -> None:
    """Queue a live event for this transaction's commit, and the fact for the city's platform (`store.outbox`).

    Args:
        session: the writing transaction; a rolled-back savepoint takes its events with it.
        kind: `escalation.effects.LiveType`, or `recording.…` and the like.
        at: when the fact happened.
        about: the lift defaults to the incident's.
    """
    forward(session, kind, at, about.payload, incident=about.incident, lift=about.lift)
    lift = about.lift or (about.incident.lift if about.incident else None)
    row = LiveEvent(
        at=at,
        type=kind,
        incident_id=about.incident.id if about.incident else None,
        lift_id=lift.id if lift else None,
        property_id=lift.property_id if lift else None,
        maintainer_id=lift.maintainer_id if lift else None,
        payload=about.payload,
    )
    transaction = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_QUEUE, []).append((transaction, row))


@event.listens_for(StoreSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    queued: list[tuple[SessionTransaction | None, LiveEvent]] = session.info.pop(_QUEUE, [])
    if not queued:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LIVE_LOCK})
    # One insert for all; the ORM has their ids follow the order in which they were added.
    session.add_all([row for _, row in queued])
    session.flush()


@event.listens_for(StoreSession, "after_soft_rollback")
def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    queued: list[tuple[SessionTransaction | None, LiveEvent]] = session.info.get(_QUEUE, [])
    session.info[_QUEUE] = [entry for entry in queued if not _inside(entry[0], rolled_back)]


def _inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False
