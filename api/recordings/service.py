"""Recordings: queries, and the record that somebody listened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.recordings.filters import RecordingFilters
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.audit import note
from store.models import Call, Incident, Node, NodeSource, Recording
from store.repositories.lifts import by_key
from store.services import Recorded, append_node
from store.session import StoreSession

ONE_LISTENING = timedelta(minutes=15)
"""Requests of one user for one call's recording within this time are one access."""


def listed(session: Session, caller: Principal, filters: RecordingFilters) -> Select[Recording]:
    """Return the statement for the recordings that the caller sees."""
    statement = select(Recording).where(scope.recordings(caller))
    if filters.incident is not None:
        number = select(Incident.id).where(Incident.number == filters.incident)
        statement = statement.where(Recording.incident_id.in_(number))
    if filters.lift is not None:
        lift = by_key(session, filters.lift)
        statement = statement.join(Call, Recording.call_id == Call.id).where(Call.lift_id == (lift.id if lift else 0))
    if filters.state is not None:
        statement = statement.where(Recording.state == filters.state)
    if filters.since is not None:
        statement = statement.where(Recording.started_at >= filters.since)
    if filters.until is not None:
        statement = statement.where(Recording.started_at < filters.until)
    return statement


def find(session: Session, caller: Principal, recording_id: int) -> Recording:
    """Return one that the caller sees; raise `Problem` (404)."""
    return rows.one(session, select(Recording).where(Recording.id == recording_id, scope.recordings(caller)))


def note_access(session: StoreSession, recording_id: int, caller: Principal, now: datetime) -> None:
    """Record who listened to or downloaded a recording: it holds the voice of a person in distress.

    A player fetches one file in many ranges; they are one listening.
    """
    row = session.get_one(Recording, recording_id)
    again = select(Node.id).where(
        Node.kind == NodeKind.RECORDING_ACCESSED,
        Node.call_id == row.call_id,
        Node.user_id == caller.user_id,
        Node.at > now - ONE_LISTENING,
    )
    if caller.user_id is not None and session.scalar(again.limit(1)) is not None:
        return
    detail: dict[str, str | int] = {"recording": row.id, "caller": caller.label}
    draft = NodeDraft(NodeKind.RECORDING_ACCESSED, now, "", detail=detail)
    recorded = Recorded(NodeSource.API, user_id=caller.user_id)
    append_node(session, draft, recorded, incident=row.incident, call=row.call)
    number = row.incident.number if row.incident else None
    note(session, "recordings.listened", at=now, subject="recordings", subject_id=row.id, detail={"incident": number})
