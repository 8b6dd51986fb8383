"""Stores a batch of journal entries and the position after them in one transaction: exactly once, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.models import JournalPosition, Node
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope
from switch.journal.calls import collect, journal_record
from switch.journal.facts import fact_of
from switch.journal.lookups import look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from escalation.journal import Fact
    from store.session import StoreSession
    from switch.journal.facts import Entry

    Store = Callable[[StoreSession, str, Entry, Fact], None]

log = structlog.get_logger(__name__)

_SHOWN_BYTES = 400


def positions(engine: Engine, node: str) -> dict[str, int]:
    """Return segment → first byte not collected yet, for one switch node."""
    with read_scope(engine) as session:
        rows = session.scalars(select(JournalPosition).where(JournalPosition.switch_node == node))
        return {row.segment: row.offset for row in rows}


def store_batch(engine: Engine, node: str, entries: Sequence[Entry]) -> None:
    """Store entries in their order, and that they are stored.

    An entry that the database refuses becomes a `journal_corrupt` node: it must not stop those after it. Which one
    it is shows in a second go with a savepoint around each; the first goes without, for that is half the work.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away; nothing was stored.
    """
    try:
        _store_all(engine, node, entries, _collect)
    except (IntegrityError, DataError) as error:
        log.info("journal_batch_again", error=f"{type(error).__name__}: {error.orig}"[:_SHOWN_BYTES])
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("journal_batch_again")
    else:
        return
    _store_all(engine, node, entries, _collect_guarded)


def _store_all(engine: Engine, node: str, entries: Sequence[Entry], store: Store) -> None:
    facts = [fact_of(entry.record, node) if entry.record else None for entry in entries]
    with session_scope(engine) as session:
        look_up(session, [(fact, _channel_of(entry)) for entry, fact in zip(entries, facts, strict=True) if fact])
        for entry, fact in zip(entries, facts, strict=True):
            if entry.step_s is not None:
                _clock_stepped(session, entry.step_s, _time_of(entry), node)
            if fact is not None:
                store(session, node, entry, fact)
            if entry.corrupt is not None:
                _refused(session, node, entry, entry.corrupt, system=fact is not None)
        ends: dict[str, int] = {entry.line.segment: entry.line.end for entry in entries}
        for segment, offset in ends.items():
            session.merge(
                JournalPosition(switch_node=node, segment=segment, offset=offset, updated_at=datetime.now(UTC))
            )


def store_clock_step(engine: Engine, node: str, step_s: float, at: datetime) -> None:
    """Store a clock step that was seen while the journal was quiet. Raises as `store_batch` does."""
    with session_scope(engine) as session:
        _clock_stepped(session, step_s, at, node)


def confirm(engine: Engine, node: str, segment: str) -> None:
    """Note that all of the journal up to the stored position is collected as of now.

    So that who looks at the database alone, Redis being dead, sees whether the collector lives.
    """
    with session_scope(engine) as session:
        session.execute(
            update(JournalPosition)
            .where(JournalPosition.switch_node == node, JournalPosition.segment == segment)
            .values(updated_at=datetime.now(UTC))
        )


def _time_of(entry: Entry) -> datetime:
    return entry.record.at if entry.record else datetime.now(UTC)


def _clock_stepped(session: StoreSession, step_s: float, at: datetime, node: str) -> None:
    detail: dict[str, str | int] = {"step_ms": round(step_s * 1000)}
    append_node(session, NodeDraft(NodeKind.CLOCK_STEPPED, at, node, detail=detail), SYSTEM)
    log.warning("clock_stepped", node=node, step_ms=detail["step_ms"])


def _collect(session: StoreSession, _node: str, entry: Entry, fact: Fact) -> None:
    collect(session, fact, _channel_of(entry), journal_record(entry.line.segment, entry.line.offset))


def _channel_of(entry: Entry) -> str:
    return entry.record.channel_id if entry.record else ""


def _collect_guarded(session: StoreSession, node: str, entry: Entry, fact: Fact) -> None:
    try:
        with session.begin_nested():
            _collect(session, node, entry, fact)
    except (IntegrityError, DataError) as error:
        _refused(session, node, entry, f"{type(error).__name__}: {error.orig}")
    except SQLAlchemyError:
        raise
    except Exception as error:
        # A fault of ours in one record must not hide all later ones; the node keeps the line for repair.
        log.exception("journal_record_failed", segment=entry.line.segment, offset=entry.line.offset)
        _refused(session, node, entry, f"{type(error).__name__}: {error}")


def _refused(session: StoreSession, node: str, entry: Entry, reason: str, *, system: bool = False) -> None:
    """Append a `journal_corrupt` node, unless the place of the record has its node already.

    Args:
        session: the writing transaction.
        node: name of the switch node.
        entry: the entry at fault.
        reason: what is wrong.
        system: the place belongs to the whole record saved from the line; the node then names it in its detail.
    """
    line = entry.line
    if not system and _known(session, entry, node):
        return
    detail: dict[str, str | int] = {
        "reason": reason[:_SHOWN_BYTES],
        "segment": line.segment,
        "offset": line.offset,
        "bytes": len(line.raw),
        "text": line.raw[:_SHOWN_BYTES].decode("utf-8", "backslashreplace").replace("\x00", "\\x00"),
    }
    draft = NodeDraft(NodeKind.JOURNAL_CORRUPT, _time_of(entry), _node_of(entry, node), detail=detail)
    append_node(session, draft, SYSTEM if system else journal_record(line.segment, line.offset))
    log.error("journal_corrupt", segment=line.segment, offset=line.offset, reason=reason)


def _node_of(entry: Entry, node: str) -> str:
    return (entry.record.node if entry.record else "") or node


def _known(session: StoreSession, entry: Entry, node: str) -> bool:
    query = select(Node.id).where(
        Node.switch_node == _node_of(entry, node),
        Node.segment == entry.line.segment,
        Node.offset == entry.line.offset,
    )
    return session.scalar(query) is not None
