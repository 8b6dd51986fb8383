"""Reads and marks outbound calls, each step in a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import Call, Incident, Intent, IntentState, Node, OutboundCall, OutboundKind, OutboundState
from store.session import read_scope, session_scope
from switch.outbound.placing import Placement
from switch.outbound.planning import TOO_LATE, take_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Engine, Select

OPEN = (OutboundState.PLANNED, OutboundState.TRYING)


def due(engine: Engine, node: str, now: datetime) -> tuple[list[Placement], list[Placement]]:
    """Take on what is due; return the calls that were never tried, and those of which nobody knows.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    with read_scope(engine) as session:
        waiting = select(Intent.id).where(Intent.state == IntentState.PENDING, Intent.not_before <= now)
        busy = select(OutboundCall.id).where(OutboundCall.state.in_(OPEN))
        if session.scalar(waiting.limit(1)) is None and session.scalar(busy.limit(1)) is None:
            return [], []
    with session_scope(engine) as session:
        take_on(session, node, now)
        session.flush()
        rows = session.scalars(
            select(OutboundCall)
            .where(OutboundCall.state.in_(OPEN))
            .options(joinedload(OutboundCall.intent).joinedload(Intent.lift))
            .options(joinedload(OutboundCall.intent).joinedload(Intent.incident))
            .order_by(OutboundCall.id)
        ).all()
        alarms = _alarms(session.scalars(_alarms_of({row.intent_id for row in rows})))
        fresh: list[Placement] = []
        doubtful: list[Placement] = []
        for row in rows:
            if now - row.intent.created_at > TOO_LATE:
                row.state, row.error = OutboundState.FAILED, "too late"
                continue
            (fresh if row.state is OutboundState.PLANNED else doubtful).append(_placement(row, alarms))
        return fresh, doubtful


def trying(engine: Engine, row_id: int, now: datetime) -> None:
    """Write down that the switch is about to be told."""
    with session_scope(engine) as session:
        row = session.get_one(OutboundCall, row_id)
        row.state, row.tried_at = OutboundState.TRYING, now


def placed(engine: Engine, row_id: int, now: datetime) -> None:
    """Write down that the call is under way, or was; the last one of an intent ends it."""
    _finish(engine, row_id, OutboundState.PLACED, now, None)


def failed(engine: Engine, row_id: int, now: datetime, why: str) -> None:
    """Write down that the switch will not make it."""
    _finish(engine, row_id, OutboundState.FAILED, now, why[:300])


def made(engine: Engine, channel_ids: Iterable[str]) -> set[str]:
    """Return which of these calls the journal knows: they were made, whatever became of them."""
    with read_scope(engine) as session:
        return set(session.scalars(select(Call.call_id).where(Call.call_id.in_(list(channel_ids)))))


def needless(engine: Engine) -> list[str]:
    """Return the call ids of alarms that nobody has taken and nobody needs any more.

    The sensors saw the passengers leave, or a person has released them or written the incident off.
    """
    left = exists().where(
        Node.incident_id == Incident.id, Node.kind == NodeKind.ENTRAPMENT_CLEARED, Node.at > Intent.created_at
    )
    query = (
        select(Call.call_id)
        .join(OutboundCall, OutboundCall.channel_id == Call.call_id)
        .join(Intent, Intent.id == OutboundCall.intent_id)
        .join(Incident, Incident.id == Intent.incident_id)
        .where(OutboundCall.kind == OutboundKind.ALARM, Call.ended_at.is_(None), Call.answered_at.is_(None))
        .where(or_(Incident.state.in_((IncidentState.RELEASED, IncidentState.CLOSED)), left))
    )
    with read_scope(engine) as session:
        return list(session.scalars(query))


def _finish(engine: Engine, row_id: int, state: OutboundState, now: datetime, error: str | None) -> None:
    with session_scope(engine) as session:
        row = session.get_one(OutboundCall, row_id)
        row.state, row.placed_at, row.error = state, now, error
        session.flush()
        count = select(func.count()).select_from(OutboundCall).where(OutboundCall.intent_id == row.intent_id)
        if not session.scalar(count.where(OutboundCall.state.in_(OPEN))):
            any_placed = session.scalar(count.where(OutboundCall.state == OutboundState.PLACED))
            intent = session.get_one(Intent, row.intent_id)
            intent.state = IntentState.DONE if any_placed else IntentState.FAILED


def _alarms_of(intents: set[int]) -> Select[OutboundCall]:
    return select(OutboundCall).where(OutboundCall.intent_id.in_(intents), OutboundCall.kind == OutboundKind.ALARM)


def _alarms(rows: Iterable[OutboundCall]) -> dict[int, str]:
    return {row.intent_id: row.channel_id for row in rows}


def _placement(row: OutboundCall, alarms: dict[int, str]) -> Placement:
    intent = row.intent
    return Placement(
        row_id=row.id,
        kind=row.kind,
        channel_id=row.channel_id,
        target=row.target,
        role=row.role,
        allowance_s=row.allowance_s,
        device_code=intent.lift.device_code,
        matter=intent.incident.number if intent.incident else f"intent-{intent.id}",
        alarm=alarms.get(intent.id, ""),
    )
