"""Takes messages up and puts them down again. Each function is one transaction.

Streams are claimed, not messages: a stream has one sender at a time, so its order holds. On PostgreSQL two workers
never wait for each other's rows (SKIP LOCKED); on SQLite there is one writer at a time. A claim ends by itself, so
that a worker that died holds nothing up for longer than `LEASE`; one that starts again takes back its own at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import delete, func, or_, select, update

from escalation.states import IncidentState
from forwarding.base_data import base_data, record
from forwarding.retrying import DEAD_WEIGHT, Verdict
from store.models import Incident, OutboxMessage, OutboxState, OutboxStream, Platform
from store.outbox import BASE_DATA, REMOVED, STATE, due, forward, queue_base_data
from store.services.payloads import incident_payload
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from store.models import JsonObject

BATCH: Final = 16
"""Messages of one stream that are sent one after the other before their state is stored."""
LEASE: Final = timedelta(minutes=5)
ERROR_LENGTH: Final = 400
TIDY_ROWS: Final = 5000
"""Sent messages deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, ready to be put into the platform's words."""

    id: int
    key: str
    stream: str
    seq: int
    kind: str
    at: datetime
    keys: tuple[str | None, str | None, str | None]
    """Device code, registration number, rescue number."""
    incident: str | None
    payload: JsonObject
    attempts: int
    last_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    parcel: Parcel
    verdict: Verdict
    error: str = ""
    weight: int = 0
    """How much a failure counts against the message itself."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What waits."""

    pending: int
    oldest: datetime | None
    """When the oldest unsent message was queued."""
    dead: int


def configure(engine: Engine, now: datetime, *, enabled: bool) -> bool:
    """Switch queueing on or off; return whether that changed anything.

    When it goes on, the platform is told all it must know from here on: each lift's base data, and each open incident.
    """
    with session_scope(engine) as session:
        row = session.get(Platform, 1, with_for_update=True)
        if row is None:
            row = Platform(id=1, enabled=False)
            session.add(row)
        if row.enabled is enabled:
            return False
        row.enabled, row.since = enabled, now
        session.flush()
        if enabled:
            queue_base_data(session, None, now)
            for incident in session.scalars(select(Incident).where(Incident.state != IncidentState.CLOSED)):
                forward(session, STATE, now, incident_payload(incident), incident=incident)
        return True


def release(engine: Engine, worker: str) -> None:
    """Give up the claims of a worker of this name that died."""
    with session_scope(engine) as session:
        mine = update(OutboxStream).where(OutboxStream.claimed_by == worker)
        session.execute(mine.values(claimed_by=None, claimed_until=None))


def claim(engine: Engine, worker: str, now: datetime, streams: int) -> list[list[Parcel]]:
    """Take up to so many streams that are due, with their first messages each, in order."""
    free = or_(OutboxStream.claimed_until.is_(None), OutboxStream.claimed_until < now)
    query = select(OutboxStream).where(OutboxStream.next_at <= now, free).order_by(OutboxStream.next_at)
    with read_scope(engine) as session:  # an idle worker must not take SQLite's one writer's place
        if session.execute(query.limit(1)).first() is None:
            return []
    with session_scope(engine) as session:
        taken = session.scalars(query.limit(streams).with_for_update(skip_locked=True)).all()
        found = []
        for stream in taken:
            pending = select(OutboxMessage).where(
                OutboxMessage.stream == stream.stream, OutboxMessage.state == OutboxState.PENDING
            )
            rows = session.scalars(pending.order_by(OutboxMessage.id).limit(BATCH)).all()
            if not rows:
                stream.next_at = None
                continue
            stream.claimed_by, stream.claimed_until = worker, now + LEASE
            found.append([_taken_up(session, stream, row) for row in rows])
        return found


def _taken_up(session: Session, stream: OutboxStream, row: OutboxMessage) -> Parcel:
    """Number a message and complete it when it is first taken up; from then on it stays as it is."""
    key, seq = row.key, row.seq
    if key is None or seq is None:
        stream.last_seq += 1
        row.seq, row.key = seq, key = stream.last_seq, str(uuid4())
        row.payload = _complete(session, row)
    keys = (row.device_code, row.registration_no, row.rescue_no)
    payload = row.payload or {}
    return Parcel(
        row.id,
        key,
        row.stream,
        seq,
        row.kind,
        row.at,
        keys,
        row.incident,
        payload,
        row.attempts,
        row.last_attempt_at,
    )


def _complete(session: Session, row: OutboxMessage) -> JsonObject:
    payload = dict(row.payload or {})
    if row.kind in {BASE_DATA, REMOVED}:
        return base_data(session, row.lift_id) if row.kind == BASE_DATA and row.lift_id is not None else payload
    if row.incident is not None and row.kind.startswith("incident."):
        payload["record"] = record(session, row.incident, int(payload.get("nodes", 0)))
    return payload


def settle(
    engine: Engine, worker: str, stream: str, outcomes: Sequence[Outcome], now: datetime, pause: timedelta
) -> list[Parcel]:
    """Store what came of a stream's messages and give the stream up; return those that are put aside now.

    Args:
        engine: the database.
        worker: who claimed it.
        stream: its name.
        outcomes: in order; only the last may be a failure. Fewer than were claimed where the worker was stopped.
        now: the moment, UTC.
        pause: how long the stream waits after a failure.
    """
    dead = []
    with session_scope(engine) as session:
        row = session.get_one(OutboxStream, stream, with_for_update=True)
        for outcome in outcomes:
            message = session.get_one(OutboxMessage, outcome.parcel.id)
            message.attempts += 1
            message.last_attempt_at = now
            message.last_error = outcome.error[:ERROR_LENGTH] or None
            message.rejections += outcome.weight
            if outcome.verdict is Verdict.ACCEPTED:
                message.state, message.done_at = OutboxState.SENT, now
            elif message.rejections >= DEAD_WEIGHT:
                message.state, message.done_at = OutboxState.DEAD, now
                dead.append(outcome.parcel)
        session.flush()
        failed = bool(outcomes) and outcomes[-1].verdict is not Verdict.ACCEPTED and not dead
        row.failures = row.failures + 1 if failed else 0
        more = session.scalar(
            select(OutboxMessage.id)
            .where(OutboxMessage.stream == stream, OutboxMessage.state == OutboxState.PENDING)
            .limit(1)
        )
        row.next_at = None if more is None else now + pause if failed else now
        if row.claimed_by == worker:
            row.claimed_by = row.claimed_until = None
    return dead


def failures_of(engine: Engine, stream: str) -> int:
    """Return how often in a row a stream has failed."""
    with read_scope(engine) as session:
        return session.scalar(select(OutboxStream.failures).where(OutboxStream.stream == stream)) or 0


def hurry(engine: Engine, now: datetime) -> None:
    """Make all streams due that wait because of a failure: the platform is back."""
    with session_scope(engine) as session:
        waiting = update(OutboxStream).where(OutboxStream.failures > 0, OutboxStream.next_at > now)
        session.execute(waiting.values(next_at=now))


def resend(session: Session, now: datetime, message_id: int | None = None) -> int:
    """Put one message that was put aside, or all, back into the queue; return how many there were.

    It keeps its number and key: the platform sees its gap filled.
    """
    query = select(OutboxMessage).where(OutboxMessage.state == OutboxState.DEAD)
    if message_id is not None:
        query = query.where(OutboxMessage.id == message_id)
    rows = session.scalars(query).all()
    for row in rows:
        row.state, row.rejections, row.done_at = OutboxState.PENDING, 0, None
    session.flush()
    if rows:
        due(session, {row.stream for row in rows}, now)
    return len(rows)


def stats(engine: Engine) -> Stats:
    """Return what waits."""
    with read_scope(engine) as session:
        pending = OutboxMessage.state == OutboxState.PENDING
        count = session.scalar(select(func.count()).select_from(OutboxMessage).where(pending)) or 0
        oldest = session.scalar(select(OutboxMessage.queued_at).where(pending).order_by(OutboxMessage.id).limit(1))
        dead = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == OutboxState.DEAD)
        return Stats(count, oldest, session.scalar(dead) or 0)


def tidy(engine: Engine, now: datetime, keep_days: int) -> int:
    """Delete messages sent longer ago than so many days; the facts themselves stay. Return how many.

    What has not been sent, and what was put aside, is never deleted.
    """
    old = (OutboxMessage.state == OutboxState.SENT) & (OutboxMessage.done_at < now - timedelta(days=keep_days))
    deleted = 0
    while True:
        with session_scope(engine) as session:
            ids = session.scalars(select(OutboxMessage.id).where(old).order_by(OutboxMessage.id).limit(TIDY_ROWS)).all()
            if ids:
                session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
        deleted += len(ids)
        if len(ids) < TIDY_ROWS:
            return deleted
