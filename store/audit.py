"""The audit record: who did what, from where, and what stood there before and after.

Changes of base data, users and keys need nobody to remember them: the session sees each, and writes the entries in
the transaction of the change. What is no change of a row (a log-in, a listening, an export) is told with `note`.
Who it was, the edge says once for the transaction (`set_actor`); without a word it was Liftline itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from store.commit_queue import CommitQueue
from store.models import (
    ActorKind,
    ApiKey,
    AuditEntry,
    Base,
    DutyShift,
    Lift,
    Organization,
    Person,
    Phone,
    Plan,
    PlanTarget,
    PlanTier,
    User,
)
from store.session import StoreSession

if TYPE_CHECKING:
    from store.models import JsonObject

WATCHED: Final = (ApiKey, DutyShift, Lift, Organization, Person, Phone, Plan, PlanTarget, PlanTier, User)
"""Rows whose changes are recorded."""

SECRET: Final = frozenset({"ha1", "cabin_ha1", "password_hash", "hash"})
"""Columns of which only that they changed is told."""

HIDDEN: Final = "***"
TEXT_LIMIT: Final = 2000
"""Longest text of one value, in characters."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where."""

    kind: ActorKind
    name: str
    id: int | None = None
    address: str | None = None


SYSTEM: Final = Actor(ActorKind.SYSTEM, "liftline")

_ACTOR: Final = "audit_actor"
_QUEUE: Final[CommitQueue[dict[str, Any]]] = CommitQueue("audit")


def set_actor(session: Session, actor: Actor | Callable[[], Actor]) -> None:
    """Say who makes this transaction; a callable is asked at the commit, when it is known."""
    session.info[_ACTOR] = actor


def note(  # noqa: PLR0913 - an entry has that many parts
    session: Session,
    action: str,
    *,
    at: datetime | None = None,
    subject: str | None = None,
    subject_id: object = None,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
    detail: JsonObject | None = None,
    actor: Actor | None = None,
) -> None:
    """Record an act in this transaction.

    Args:
        session: the writing transaction.
        action: what was done, `login.refused` for example; docs/security.md lists them.
        at: when, by the server's clock; now unless given.
        subject: kind of what it was done to, and `subject_id` which.
        subject_id: id, number or address.
        before: what stood there, without secrets.
        after: what stands there now.
        detail: whatever else helps.
        actor: who, where that is not the transaction's actor.
    """
    row: dict[str, Any] = {
        "at": at,
        "action": action,
        "subject": subject,
        "subject_id": None if subject_id is None else str(subject_id)[:120],
        "before": before,
        "after": after,
        "detail": detail or {},
        "actor": actor,
    }
    _QUEUE.put(session, row)


@event.listens_for(StoreSession, "after_flush")
def _notice(session: Session, _context: UOWTransaction) -> None:
    for row in session.new:
        if isinstance(row, WATCHED):
            _changed(session, "created", row, None, _values(row))
    for row in session.dirty:
        if isinstance(row, WATCHED) and (found := _difference(row)):
            _changed(session, "changed", row, *found)
    for row in session.deleted:
        if isinstance(row, WATCHED):
            _changed(session, "deleted", row, _values(row), None)


@event.listens_for(StoreSession, "do_orm_execute")
def _notice_bulk(state: ORMExecuteState) -> None:
    """See statements that go past the unit of work: the rows they are about to change, as they are."""
    if state.is_select or state.bind_mapper is None or state.bind_mapper.class_ not in WATCHED:
        return
    model: type[Base] = state.bind_mapper.class_
    where = getattr(state.statement, "whereclause", None)
    if where is None:
        name = "deleted" if state.is_delete else "changed" if state.is_update else "created"
        note(state.session, f"{_subject(model)}.{name}", subject=_subject(model), detail={"rows": "many"})
        return
    for row in state.session.scalars(select(model).where(where)):
        _changed(state.session, "deleted" if state.is_delete else "changed", row, _values(row), None)


def _changed(session: Session, verb: str, row: Base, before: JsonObject | None, after: JsonObject | None) -> None:
    subject = _subject(type(row))
    note(session, f"{subject}.{verb}", subject=subject, subject_id=_key(row), before=before, after=after)


def _subject(model: type[Base]) -> str:
    return str(model.__tablename__)


def _key(row: Base) -> str:
    return ",".join(str(value) for value in inspect(type(row)).primary_key_from_instance(row))


def _values(row: Base) -> JsonObject:
    """Return the columns that hold something."""
    mapper = inspect(type(row))
    found = {column.key: getattr(row, column.key) for column in mapper.column_attrs}
    return {name: _plain(name, value) for name, value in found.items() if value is not None}


def _difference(row: Base) -> tuple[JsonObject, JsonObject] | None:
    before: JsonObject = {}
    after: JsonObject = {}
    state = inspect(row)
    for column in inspect(type(row)).column_attrs:
        history = state.attrs[column.key].history
        if not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            before[column.key], after[column.key] = _plain(column.key, old), _plain(column.key, new)
    return (before, after) if after else None


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if name in SECRET:
        return None if value is None else HIDDEN
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value[:TEXT_LIMIT] if isinstance(value, str) else value


@event.listens_for(StoreSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    rows = _QUEUE.take(session)
    if not rows:
        return
    given = session.info.get(_ACTOR, SYSTEM)
    usual: Actor = given() if callable(given) else given
    now = datetime.now(UTC)
    for row in rows:
        actor: Actor = row["actor"] or usual
        row |= {
            "at": row["at"] or now,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor": actor.name[:120],
            "address": actor.address,
        }
    session.execute(insert(AuditEntry), rows)
