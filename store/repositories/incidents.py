"""Find incidents, their calls and nodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import Call, Incident, Node
from store.session import notes

_OPEN: Final = "open_incidents"


def by_number(session: Session, number: str) -> Incident | None:
    """Incident with this number."""
    return session.scalar(select(Incident).where(Incident.number == number))


def open_of(session: Session, lift_id: int | None, caller: str | None) -> Incident | None:
    """The open incident of a lift, or of an unknown caller's number; at most one exists."""
    query = select(Incident).where(Incident.state != IncidentState.CLOSED)
    if lift_id is not None:
        looked_up: dict[int, Incident | None] = notes(session).get(_OPEN, {})
        if lift_id not in looked_up:
            return session.scalar(query.where(Incident.lift_id == lift_id))
        row = looked_up[lift_id]
        return row if row is not None and row.state is not IncidentState.CLOSED else None
    if caller is None:
        return None  # a caller without a number cannot be told from another
    return session.scalar(query.where(Incident.lift_id.is_(None), Incident.caller == caller))


def look_up_open(session: Session, lift_ids: Collection[int]) -> None:
    """Find the open incidents of many lifts with one statement; this transaction's `open_of` then answers from there.

    For who holds the turn to open incidents (`store.numbers.take_turn`): nobody else can open one meanwhile.
    """
    query = select(Incident).where(Incident.state != IncidentState.CLOSED, Incident.lift_id.in_(lift_ids))
    found: dict[int | None, Incident] = {row.lift_id: row for row in session.scalars(query)}
    notes(session).setdefault(_OPEN, {}).update({lift_id: found.get(lift_id) for lift_id in lift_ids})


def note_opened(session: Session, row: Incident) -> None:
    """Note an incident that this transaction has opened."""
    looked_up: dict[int, Incident | None] = notes(session).get(_OPEN, {})
    if row.lift is not None and row.lift.id in looked_up:
        looked_up[row.lift.id] = row


def call_by_id(session: Session, call_id: str) -> Call | None:
    """Call with this linked id."""
    return session.scalar(select(Call).where(Call.call_id == call_id))


def nodes_of(session: Session, incident_id: int) -> Sequence[Node]:
    """An incident's timeline: by the switch's time, and where that is equal by the order of recording."""
    statement = select(Node).where(Node.incident_id == incident_id).order_by(Node.at, Node.seq)
    return session.scalars(statement).all()


def last_node(session: Session, incident_id: int, kinds: Sequence[NodeKind]) -> Node | None:
    """The node of one of these kinds that was recorded last."""
    query = select(Node).where(Node.incident_id == incident_id, Node.kind.in_(kinds))
    return session.scalar(query.order_by(Node.seq.desc()).limit(1))
