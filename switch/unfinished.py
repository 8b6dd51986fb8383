"""Calls the journal began and never ended, as the database knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import Call, CallKind, Incident, Node
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Engine

LOOK_BACK = timedelta(hours=24)
_RESUME_STEP = "1"
BEGINNINGS = (NodeKind.ALARM_RAISED, NodeKind.AUTOMATIC_CALL)
"""The node that the first record of an alarm's call makes."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A call the journal began and did not end."""

    row_id: int
    call_id: str
    alarm: bool
    started_at: datetime
    lift: str
    caller: str
    via: str
    endpoint: str
    interrupted: bool
    """Its `call_interrupted` node is there already."""
    resumed: bool
    """Another call names it as the one it resumes."""
    open: bool
    """Its incident is not closed."""

    def active_entry(self) -> str:
        """Return what the dialplan's `ll-active` would have kept (fields see there); tags are not known."""
        began = str(int(self.started_at.timestamp()))
        return ",".join([self.lift, self.via, self.endpoint, _RESUME_STEP, "1", began, self.caller, "", "", ""])


def unfinished(engine: Engine, node: str, now: datetime) -> list[Unfinished]:
    """Return the calls of a switch node that have begun and not ended; raises `SQLAlchemyError`."""
    later = aliased(Call)
    with read_scope(engine) as session:
        rows = session.scalars(
            select(Call)
            .where(Call.switch_node == node, Call.ended_at.is_(None), Call.started_at > now - LOOK_BACK)
            .options(joinedload(Call.incident).joinedload(Incident.lift), joinedload(Call.lift))
            .order_by(Call.id)
        ).all()
        found = []
        for call in rows:
            raised = session.scalar(select(Node).where(Node.call_id == call.id, Node.kind.in_(BEGINNINGS)).limit(1))
            detail = raised.detail if raised else {}
            found.append(
                Unfinished(
                    row_id=call.id,
                    call_id=call.call_id,
                    alarm=call.kind is CallKind.ALARM,
                    started_at=call.started_at,
                    lift=str(detail.get("lift", "")),
                    caller=str(detail.get("caller", "")),
                    via=str(detail.get("via", "")),
                    endpoint=str(detail.get("endpoint", "")),
                    interrupted=session.scalar(
                        select(Node.id).where(Node.call_id == call.id, Node.kind == NodeKind.CALL_INTERRUPTED)
                    )
                    is not None,
                    resumed=session.scalar(select(later.id).where(later.resumes_id == call.id)) is not None,
                    open=call.incident is not None and call.incident.state is not IncidentState.CLOSED,
                )
            )
        return found


def note_interrupted(engine: Engine, calls: Iterable[Unfinished], at: datetime) -> int:
    """Append `call_interrupted` to each call that lacks it and end it; return how many there were."""
    count = 0
    with session_scope(engine) as session:
        for call in calls:
            row = session.get(Call, call.row_id, with_for_update=True)
            if row is None or row.ended_at is not None or call.interrupted:
                continue
            # Its last sign of life, not the moment we noticed: the recording is measured against it.
            seen = session.scalar(select(func.max(Node.at)).where(Node.call_id == row.id)) or at
            row.ended_at = max(min(seen, at), row.started_at)
            draft = NodeDraft(NodeKind.CALL_INTERRUPTED, at, row.switch_node)
            append_node(session, draft, SYSTEM, incident=row.incident, call=row)
            row.end_cause = "interrupted"
            count += 1
    return count
