"""Live events in the order of their commits.

A client that has seen event n and resumes after it must never miss one with a smaller number. On PostgreSQL two
transactions could take ids 7 and 8 and commit 8 first. So the events of a transaction are kept back until it
commits, and take their ids under the lock of `store.committing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import insert
from sqlalchemy.orm import Session

from store.commit_queue import CommitQueue
from store.models.live import LiveEvent
from store.outbox import forward
from store.session import StoreSession

if TYPE_CHECKING:
    from store.models import Incident, JsonObject, Lift

_Row: TypeAlias = dict[str, Any]
"""Columns of one event: plain values, for a session's objects cost more than all the rest of it."""

_Queued: TypeAlias = "tuple[_Row, Incident | None]"
"""One event that waits for the commit, and its incident, which is perhaps not in the database yet and has no id."""

QUEUE: Final[CommitQueue[_Queued]] = CommitQueue("live_events")


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
    row: _Row = {
        "at": at,
        "type": kind,
        "lift_id": lift.id if lift else None,
        "property_id": lift.property_id if lift else None,
        "maintainer_id": lift.maintainer_id if lift else None,
        "payload": about.payload,
    }
    QUEUE.put(session, (row, about.incident))


def write_live_events(session: Session, queued: list[_Queued]) -> None:
    """Write them; the caller has flushed what they are about, and holds the lock of `store.committing`."""
    # One statement, carried out row after row: ids follow the order in which the events were appended.
    rows = [{**row, "incident_id": incident.id if incident else None} for row, incident in queued]
    session.execute(insert(LiveEvent), rows)
