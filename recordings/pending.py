"""Recordings the switch has finished and nobody has checked yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from escalation.nodes import NodeKind
from store.models import Call, CallKind, Node, Recording, RecordingState
from store.session import read_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

BATCH = 20


@dataclass(frozen=True, slots=True)
class Pending:
    """A recording the switch has finished."""

    row_id: int
    raw_name: str
    call_id: str
    started_at: datetime
    ended_at: datetime
    clock_stepped_ms: int
    alarm: bool
    """Whether it is the passenger's line in an alarm: prompts must be on it."""
    received: int | None
    """RTP packets that came from the cabin; none when the switch did not say."""


def pending(engine: Engine, limit: int = BATCH) -> list[Pending]:
    """Return recordings whose end is in the journal, or whose call has ended; raises `SQLAlchemyError`."""
    with read_scope(engine) as session:
        rows = session.scalars(
            select(Recording)
            .join(Recording.call)
            .where(
                Recording.state == RecordingState.RECORDING,
                or_(Recording.ended_at.is_not(None), Call.ended_at.is_not(None)),
            )
            .options(joinedload(Recording.call))
            .order_by(Recording.id)
            .limit(limit)
        ).all()
        found = []
        for row in rows:
            ended_at = row.ended_at or row.call.ended_at or row.started_at
            steps = session.scalars(
                select(Node).where(
                    Node.kind == NodeKind.CLOCK_STEPPED,
                    Node.switch_node == row.call.switch_node,
                    Node.id > select(func.min(Node.id)).where(Node.call_id == row.call_id).scalar_subquery(),
                    Node.id < select(func.max(Node.id)).where(Node.call_id == row.call_id).scalar_subquery(),
                )
            ).all()
            found.append(
                Pending(
                    row_id=row.id,
                    raw_name=row.file,
                    call_id=row.file.rsplit("/", 1)[-1].removesuffix(".raw"),
                    started_at=row.started_at,
                    ended_at=ended_at,
                    clock_stepped_ms=sum(int(node.detail.get("step_ms", 0)) for node in steps),
                    alarm=row.call.kind is CallKind.ALARM and row.target is None,
                    received=_received(session, row),
                )
            )
        return found


def _received(session: Session, row: Recording) -> int | None:
    """Return what the end of the recording says of it in the journal."""
    query = select(Node.detail).where(Node.call_id == row.call_id, Node.kind == NodeKind.RECORDING_FINISHED)
    ends = [detail for detail in session.scalars(query) if row.file.endswith(str(detail.get("file", "")))]
    received = ends[-1].get("received") if ends else None
    return received if isinstance(received, int) else None
