"""Names what was put in another place: rows that changed places, leaves that did, and rows nobody logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from evidence.core.hashing import leaf_hash
from evidence.verify.chunks import altered
from evidence.verify.findings import Trouble
from store.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from evidence.verify.chunks import Suspect
    from evidence.verify.findings import Report

_MOST: Final = 1000


def judge_suspects(suspects: Sequence[Suspect], report: Report) -> None:
    """Tell rows that hold what another row was logged with from rows that were altered."""
    for one in suspects:
        twin = next((other for other in suspects if other is not one and _holds(other, one)), None)
        if twin is None:
            report.findings.append(altered(one.fact, one.index, one.record_id, one.digest, one.values))
        else:
            report.add(
                Trouble.REORDERED,
                f"{one.fact} {one.record_id}",
                f"leaf {one.index} {one.digest.hex()}",
                f"its content stands in {twin.fact} {twin.record_id}",
            )


def _holds(other: Suspect, one: Suspect) -> bool:
    """Return whether `other` holds now what `one` was logged with."""
    if other.fact != one.fact:
        return False
    fact = FACTS[one.fact]
    place = fact.names.index("id")
    values = (*other.values[:place], one.record_id, *other.values[place + 1 :])
    return leaf_hash(fact.bytes_of_values(values)) == one.digest


def name_reordered_leaves(session: Session, begin: int, end: int, report: Report) -> None:
    """In a stretch whose head does not agree, name nodes that no longer stand in the order of their recording."""
    rows = session.execute(
        text(
            'select l."index", n.id, n.incident_id, n.seq from log_leaves l join nodes n on n.id = l.record_id '
            'where l.fact = \'node\' and n.incident_id is not null and l."index" >= :begin and l."index" < :end '
            'order by l."index"'
        ),
        {"begin": begin, "end": end},
    )
    last: dict[int, tuple[int, int]] = {}
    for index, node_id, incident_id, seq in rows:
        before = last.get(incident_id, (0, 0))
        if seq < before[0]:
            report.add(
                Trouble.REORDERED,
                f"leaf {index} (node {node_id})",
                f"before leaf {before[1]}: it is number {seq} of its incident, that one number {before[0]}",
                "after it",
            )
        last[incident_id] = max(before, (seq, index))


def name_added(session: Session, report: Report) -> None:
    """Name rows that no leaf knows. One statement a table: it sees one moment, however much is written meanwhile."""
    for fact in FACTS.values():
        table = fact.table.name
        rows, leaves = session.execute(
            text(
                f"select (select count(*) from {table} t where {fact.where}), "  # noqa: S608 - names of ours
                f"(select count(*) from log_leaves where fact = '{fact.name}')"
            )
        ).one()
        if rows == leaves and not report.findings:
            continue
        unknown = session.execute(
            text(
                f"select t.id from {table} t where {fact.where} and not exists "  # noqa: S608 - names of ours
                f"(select 1 from log_leaves l where l.fact = '{fact.name}' and l.record_id = t.id) order by t.id"
            )
        )
        for (record_id,) in unknown.fetchmany(_MOST):
            report.add(Trouble.ADDED, f"{fact.name} {record_id}", "a leaf of the log", "none: it was never logged")
