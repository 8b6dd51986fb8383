"""What countersigning reads from the database and keeps there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evidence.core.canonical import moment
from evidence.log.heads import newest
from evidence.log.keys import verifiers
from evidence.log.reader import LogReader
from evidence.witness.wire import Handover
from store.models import LogHead, LogWitnessing, WitnessKind
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A head to be countersigned."""

    row_id: int
    size: int
    note: str


def newest_head(engine: Engine) -> Candidate | None:
    """Return the head signed last."""
    with read_scope(engine) as session:
        row = newest(session)
        return Candidate(row.id, row.size, row.note) if row else None


def witnessed_size(engine: Engine, name: str) -> int:
    """Return the size of the newest head that a party countersigned; 0 when there is none."""
    with read_scope(engine) as session:
        return (
            session.scalar(
                select(func.max(LogHead.size))
                .join(LogWitnessing, LogWitnessing.head_id == LogHead.id)
                .where(LogWitnessing.witness == name)
            )
            or 0
        )


def prove(engine: Engine, old: int, new: int) -> list[bytes]:
    """Return the consistency proof between two sizes."""
    with read_scope(engine) as session:
        return LogReader(session).consistency(old, new)


def handovers(engine: Engine) -> list[Handover]:
    """Return how the key in use came from the first one."""
    with read_scope(engine) as session:
        rows = verifiers(session)
        return [
            Handover(old=before.verifier, new=row.verifier, at=moment(row.at), signature=row.signature)
            for before, row in pairwise(rows)
            if row.signature
        ]


def keep(engine: Engine, head: Candidate, name: str, kind: WitnessKind, at: datetime, content: str) -> None:
    """Keep a countersignature."""
    with session_scope(engine) as session:
        session.add(LogWitnessing(head_id=head.row_id, witness=name, kind=kind, at=at, content=content))
