"""All facts of one incident with their leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from evidence.core.hashing import leaf_hash
from store.facts import FACTS
from store.models import LogLeaf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.facts import Fact
    from store.models import Incident

_OF_INCIDENT = {
    "incident": "t.id = :incident",
    "call": "t.incident_id = :incident",
    "node": "t.incident_id = :incident",
    "recording": "t.incident_id = :incident",
}
"""Kind of fact → which rows belong to an incident; kinds that are not here belong to none."""


@dataclass(frozen=True, slots=True)
class LoggedFact:
    """A row as it is now, and its leaf."""

    fact: str
    record_id: int
    data: bytes
    """Canonical bytes of the row now."""
    index: int | None
    """Of its leaf; none: it was never logged."""
    digest: bytes | None
    """The leaf's hash."""

    @property
    def agrees(self) -> bool:
        """Whether the row gives the hash that was logged."""
        return self.digest is not None and leaf_hash(self.data) == self.digest


def facts_of(session: Session, incident: Incident) -> list[LoggedFact]:
    """Return an incident's facts in the order of the log; those that were never logged last."""
    found: list[LoggedFact] = []
    dialect = session.get_bind().dialect.name
    for name, fact in FACTS.items():
        if name in _OF_INCIDENT:
            found += _rows(session, fact, dialect, incident.id)
    return sorted(found, key=lambda one: (one.index is None, one.index or 0))


def _rows(session: Session, fact: Fact, dialect: str, incident_id: int) -> list[LoggedFact]:
    rows = session.execute(
        text(
            f'select t.id, l."index", l.hash, {fact.select_list(dialect)} from {fact.table.name} t '.replace(":", r"\:")  # noqa: S608 - names of ours
            + "left join log_leaves l on l.fact = :fact and l.record_id = t.id "
            + f"where {_OF_INCIDENT[fact.name]} and {fact.where}"
        ),
        {"incident": incident_id, "fact": fact.name},
    )
    return [
        LoggedFact(fact.name, record_id, fact.bytes_of_values(values), index, bytes(digest) if digest else None)
        for record_id, index, digest, *values in rows
    ]


def leaves_without_row(session: Session, known: list[LoggedFact]) -> list[LogLeaf]:
    """Return node leaves among the incident's whose row is gone; whose they were nobody can say."""
    places = [one.index for one in known if one.index is not None]
    if not places:
        return []
    nodes = FACTS["node"].table
    gone = (
        select(LogLeaf)
        .outerjoin(nodes, nodes.c.id == LogLeaf.record_id)
        .where(LogLeaf.index.between(min(places), max(places)), LogLeaf.fact == "node", nodes.c.id.is_(None))
        .order_by(LogLeaf.index)
    )
    return list(session.scalars(gone))
