"""Recordings the switch has finished and nobody has checked yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from escalation.nodes import NodeKind
from store.models import Call, Node, Recording, RecordingState
from store.session import read_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

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
                )
            )
        return found
