"""What goes into a bundle, read in one transaction, with the head that proves it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from evidence.log.gathering import facts_of
from evidence.log.heads import newest
from evidence.log.keys import verifiers
from evidence.log.reader import LogReader
from store.models import LogHead, LogWitnessing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from evidence.log.gathering import LoggedFact
    from store.models import Incident, LogKey


class NotProvenError(RuntimeError):
    """A record of the incident is not what was logged: the bundle would prove nothing. `liftline verify` says more."""


class NoHeadError(RuntimeError):
    """No head covers the incident yet."""


@dataclass(frozen=True, slots=True)
class Proven:
    """One fact with its place in the head."""

    fact: str
    index: int
    data: bytes
    path: list[bytes]

    @property
    def row(self) -> dict[str, Any]:
        """The row as it is proven."""
        found: dict[str, Any] = json.loads(self.data)["row"]
        return found


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything provable about one incident."""

    number: str
    facts: list[Proven]
    head: LogHead
    keys: Sequence[LogKey]
    countersignatures: Sequence[LogWitnessing]
    classification: str | None
    """How it was closed; follows from the nodes, repeated for the reader."""

    def rows(self, fact: str) -> list[dict[str, Any]]:
        """Return the proven rows of one kind, in the order of the log."""
        return [one.row for one in self.facts if one.fact == fact]


def covering_head(session: Session, facts: Sequence[LoggedFact]) -> LogHead:
    """Return the head that proves these facts best: one that is countersigned, else the newest.

    Raises:
        NoHeadError: no head covers all of them yet.
    """
    size = max((one.index for one in facts if one.index is not None), default=-1) + 1
    witnessed = (
        select(LogHead)
        .join(LogWitnessing, LogWitnessing.head_id == LogHead.id)
        .where(LogHead.size >= size)
        .group_by(LogHead.id)
        .order_by(func.count().desc(), LogHead.id)
        .limit(1)
    )
    head = session.scalar(witnessed) or newest(session)
    if head is None or head.size < size:
        raise NoHeadError(f"no head covers leaf {size - 1} yet")
    return head


def read_contents(session: Session, incident: Incident) -> Contents:
    """Read everything about an incident.

    Raises:
        NoHeadError: no head covers it yet.
        NotProvenError: a record is not what was logged.
    """
    facts = facts_of(session, incident)
    wrong = [f"{one.fact} {one.record_id}" for one in facts if not one.agrees]
    if wrong:
        raise NotProvenError(f"not as it was logged: {', '.join(wrong[:10])}")
    head = covering_head(session, facts)
    reader = LogReader(session)
    return Contents(
        number=incident.number,
        facts=[
            Proven(one.fact, one.index, one.data, reader.inclusion(one.index, head.size))
            for one in facts
            if one.index is not None
        ],
        head=head,
        keys=verifiers(session),
        countersignatures=session.scalars(
            select(LogWitnessing).where(LogWitnessing.head_id == head.id).order_by(LogWitnessing.id)
        ).all(),
        classification=incident.classification.value if incident.classification else None,
    )
