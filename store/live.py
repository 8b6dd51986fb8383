"""Live events in the order of their commits.

A client that has seen event n and resumes after it must never miss one with a smaller number. On PostgreSQL two
transactions could take ids 7 and 8 and commit 8 first. So the events of a transaction are kept back until it
commits; then it takes one lock, held until the commit is done, and only then takes ids. Because the lock is the
last one taken, no two transactions can wait for each other over it. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session, SessionTransaction

from store.models.live import LiveEvent
from store.session import StoreSession

if TYPE_CHECKING:
    from store.models import Incident, JsonObject, Lift

LIVE_LOCK: Final = 0x4C495645
"""PostgreSQL advisory lock ("LIVE") of everybody who appends live events."""

_QUEUE: Final = "live_events"

_Row: TypeAlias = dict[str, Any]
"""Columns of one event: plain values, for a session's objects cost more than all the rest of it."""


@dataclass(frozen=True, slots=True)
class About:
    """What a live event is about; decides who may see it."""

    incident: Incident | None = None
    lift: Lift | None = None
    payload: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Queued:
    """One event that waits for the commit."""

    transaction: SessionTransaction | None
    """Transaction or savepoint it was appended in."""
    row: _Row
    incident: Incident | None
    """Perhaps not in the database yet, and so without an id."""


def append_live_event(session: StoreSession, kind: str, at: datetime, about: About) -> None:
    """Queue a live event for this transaction's commit.

    Args:
        session: the writing transaction; a rolled-back savepoint takes its events with it.
        kind: `escalation.effects.LiveType`, or `recording.…` and the like.
        at: when the fact happened.
        about: the lift defaults to the incident's.
    """
    lift = about.lift or (about.incident.lift if about.incident else None)
    row: _Row = {
        "at": at,
        "type": kind,
        "lift_id": lift.id if lift else None,
        "property_id": lift.property_id if lift else None,
        "maintainer_id": lift.maintainer_id if lift else None,
        "payload": about.payload,
    }
    transaction = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_QUEUE, []).append(_Queued(transaction, row, about.incident))


@event.listens_for(StoreSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    queued: list[_Queued] = session.info.pop(_QUEUE, [])
    if not queued:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LIVE_LOCK})
    # One statement, carried out row after row: ids follow the order in which the events were appended.
    rows = [{**one.row, "incident_id": one.incident.id if one.incident else None} for one in queued]
    session.execute(insert(LiveEvent), rows)


@event.listens_for(StoreSession, "after_soft_rollback")
def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    queued: list[_Queued] = session.info.get(_QUEUE, [])
    session.info[_QUEUE] = [entry for entry in queued if not _inside(entry.transaction, rolled_back)]


def _inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False
