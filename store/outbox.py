"""Queues facts for the city's 96365 platform, in the transaction of the facts themselves.

Nothing is queued while sending is off (`Platform.enabled`), so nothing waits for ever. The messages of a transaction
are written at its commit, under the same lock as live events: the order of their ids is the order of the commits,
and no later commit can slip in before one that was seen. (Notice, annex 1 sections 一 (一) 2 and 三 (一).)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, func, insert, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.commit_queue import CommitQueue
from store.models import Lift, OutboxMessage, OutboxState, OutboxStream, Platform, UTCDateTime
from store.outbox_estate import changed_lifts
from store.session import StoreSession

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.models import Incident, JsonObject

COMMIT_LOCK: Final = 0x4C495645
"""PostgreSQL advisory lock ("LIVE") of everybody who writes what is numbered at the commit."""

BASE_DATA: Final = "lift.base_data"
"""Base data of a lift changed. What it says is read when it is first taken up, for a change of one organization
may touch thousands of lifts."""
REMOVED: Final = "lift.removed"
STATE: Final = "incident.state"
"""An incident that was open when sending was switched on."""

FORWARDED: Final = ("incident.", "node.", "device.", "lift.")
"""Beginnings of the kinds of live events that are sent on."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Fact:
    kind: str
    at: datetime
    incident: Incident | None
    lift: Lift | None
    payload: JsonObject = field(default_factory=dict)


_QUEUE: Final[CommitQueue[_Fact]] = CommitQueue("outbox")


def forward(
    session: StoreSession,
    kind: str,
    at: datetime,
    payload: JsonObject,
    *,
    incident: Incident | None = None,
    lift: Lift | None = None,
) -> None:
    """Queue a fact for the platform; whoever appends a live event has done so already.

    Args:
        session: the writing transaction; a rolled-back savepoint takes its facts with it.
        kind: as of a live event; one that begins with none of `FORWARDED` is not sent.
        at: when the fact happened.
        payload: what is to be told, as it is now.
        incident: that it belongs to; for an unknown caller it is what is kept in order.
        lift: that it belongs to, where that is not the incident's.
    """
    if kind.startswith(FORWARDED):
        if incident is not None:
            payload = payload | {"nodes": incident.node_count}
        _QUEUE.put(session, _Fact(kind, at, incident, lift or (incident.lift if incident else None), payload))


@event.listens_for(StoreSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    facts, lifts = _QUEUE.take(session), changed_lifts(session)
    if not facts and not lifts:
        return
    if not session.scalar(select(Platform.enabled)):
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": COMMIT_LOCK})
    now = datetime.now(UTC)
    rows = [row for row in (_row(fact, now) for fact in facts) if row is not None]
    rows += [_gone(keys, now) for keys in lifts.removed]
    if rows:
        session.execute(insert(OutboxMessage), rows)
        due(session, {str(row["stream"]) for row in rows}, now)
    if lifts.ids or lifts.all:
        queue_base_data(session, None if lifts.all else lifts.ids, now)


def _row(fact: _Fact, now: datetime) -> Row | None:
    lift, incident = fact.lift, fact.incident
    if lift is None and incident is None:
        return None
    return {
        "stream": stream_of(lift.id) if lift else f"incident:{incident.number}" if incident else "",
        "kind": fact.kind,
        "at": fact.at,
        "queued_at": now,
        "lift_id": lift.id if lift else None,
        "device_code": lift.device_code if lift else None,
        "registration_no": lift.registration_no if lift else None,
        "rescue_no": lift.rescue_no if lift else None,
        "incident": incident.number if incident else None,
        "payload": fact.payload | {"place": place_of(lift)},
        "state": OutboxState.PENDING,
        "attempts": 0,
        "rejections": 0,
    }


def _gone(keys: Row, now: datetime) -> Row:
    stream = stream_of(keys["lift_id"])
    fixed = {"kind": REMOVED, "at": now, "queued_at": now, "incident": None, "payload": {}}
    return keys | fixed | {"stream": stream, "state": OutboxState.PENDING, "attempts": 0, "rejections": 0}


def stream_of(lift_id: int) -> str:
    """Name of a lift's stream."""
    return f"lift:{lift_id}"


def place_of(lift: Lift | None) -> JsonObject | None:
    """Where a lift is, to the very car (notice, 三 (一) ②③: 精确到小区电梯及轿厢6位救援编号)."""
    if lift is None:
        return None
    names = ("name", "district", "address", "community", "building", "unit", "car")
    return {name: getattr(lift, name) for name in names}


def queue_base_data(session: Session, lift_ids: Collection[int] | None, now: datetime) -> None:
    """Queue the base data of these lifts, or of all: one statement for each thousand, whatever their number."""
    ids = [None] if lift_ids is None else _chunks(sorted(lift_ids))
    for chunk in ids:
        where = Lift.id.in_(chunk) if chunk is not None else Lift.id.is_not(None)
        stream = func.concat("lift:", Lift.id) if _postgresql(session) else text("'lift:' || lifts.id")
        keys = (Lift.id, Lift.device_code, Lift.registration_no, Lift.rescue_no)
        columns = ["stream", "kind", "at", "queued_at", "lift_id", "device_code", "registration_no", "rescue_no"]
        columns += ["state", "attempts", "rejections"]
        values = select(stream, *_literals(BASE_DATA, now, now), *keys, *_literals(OutboxState.PENDING.value, 0, 0))
        session.execute(
            insert(OutboxMessage).from_select(columns, values.where(where).order_by(Lift.id), include_defaults=False)
        )
        found = session.scalars(select(Lift.id).where(where)).all()
        due(session, {stream_of(one) for one in found}, now)


def _literals(*values: str | int | datetime) -> list[Any]:
    return [literal(value, UTCDateTime()) if isinstance(value, datetime) else literal(value) for value in values]


def _chunks(ids: list[int], size: int = 1000) -> list[list[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def due(session: Session, streams: Collection[str], now: datetime) -> None:
    """Note that messages wait on these streams; one that waits out a pause goes on waiting."""
    if not streams:
        return
    make = postgresql.insert if _postgresql(session) else sqlite.insert
    statement = make(OutboxStream)
    statement = statement.on_conflict_do_update(
        index_elements=[OutboxStream.stream],
        set_={"next_at": func.coalesce(OutboxStream.next_at, statement.excluded.next_at)},
    )
    values = [{"stream": stream, "next_at": now, "last_seq": 0, "failures": 0} for stream in sorted(streams)]
    session.execute(statement, values)
