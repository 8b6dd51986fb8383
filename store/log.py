"""Writes the leaves of the evidence log, in the transaction of the facts themselves (notice, annex 1 section 三 (一)).

No writer needs to remember it: the session sees every new row of a kind in `store.facts`, and every row that becomes
a fact by a change (a recording that is finished). A writer that goes past the ORM calls `note_fact` itself; whoever
forgets is found by `liftline verify` as an added record.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from evidence.core.canonical import FORM
from evidence.core.hashing import leaf_hash
from store.commit_queue import CommitQueue
from store.facts import FACTS, Fact
from store.models import LogLeaf
from store.session import StoreSession


class Noted(NamedTuple):
    """A row that becomes a leaf at the commit."""

    fact: Fact
    row: Any


QUEUE: Final[CommitQueue[Noted]] = CommitQueue("log_facts")
_BY_MODEL: Final = {fact.model: fact for fact in FACTS.values()}
_ORDER: Final = {fact.model: place for place, fact in enumerate(FACTS.values())}


def note_fact(session: Session, row: object) -> None:
    """Have a row of a fact's table logged at the commit; it must have its id by then."""
    QUEUE.put(session, Noted(_BY_MODEL[type(row)], row))  # type: ignore[index] # KeyError: no fact


@event.listens_for(StoreSession, "after_flush")
def _notice(session: Session, _context: UOWTransaction) -> None:
    found = [row for row in session.new if type(row) in _BY_MODEL and _BY_MODEL[type(row)].complete(row)]
    found += [row for row in session.dirty if type(row) in _BY_MODEL and _became_complete(row)]
    for row in sorted(found, key=lambda row: (_ORDER[type(row)], row.id)):
        note_fact(session, row)


def _became_complete(row: Any) -> bool:  # noqa: ANN401 - a row of a fact's model
    """Return whether this flush made a fact of a row that was none."""
    fact = _BY_MODEL[type(row)]
    if fact.until is None or not fact.complete(row):
        return False
    column, value = fact.until
    return list(inspect(row).attrs[column].history.deleted) == [value]


def leaves_of(facts: list[Noted]) -> list[tuple[str, int, bytes]]:
    """Return kind, record and hash of each."""
    return [(fact.name, row.id, leaf_hash(fact.bytes_of(row))) for fact, row in facts]


def write_leaves(session: Session, leaves: list[tuple[str, int, bytes]]) -> None:
    """Append them; the caller holds the lock of `store.committing`."""
    last = session.scalar(select(func.max(LogLeaf.index)))
    first = 0 if last is None else last + 1
    rows = [(index, fact, record_id, FORM, digest) for index, (fact, record_id, digest) in enumerate(leaves, first)]
    # Straight to the driver: this is all that a fact pays under the lock.
    connection = session.connection()
    connection.exec_driver_sql(_INSERT.format(marks=_MARKS[connection.dialect.name]), rows)


_INSERT: Final = 'insert into log_leaves ("index", fact, record_id, form, hash) values ({marks})'
_MARKS: Final = {"sqlite": "?, ?, ?, ?, ?", "postgresql": "%s, %s, %s, %s, %s"}
