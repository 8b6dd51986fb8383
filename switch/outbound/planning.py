"""From an intent to the calls it means: written down in one transaction, before any of them is made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from escalation.states import IncidentState
from store.models import Call, CallKind, Intent, IntentKind, IntentState, OutboundCall, OutboundKind, OutboundState
from store.repositories.targets import people_of
from switch.control import new_leg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store.session import StoreSession

BY_TELEPHONE: Final = (IntentKind.ENTRAPMENT, IntentKind.FAULT_STOP)
"""Kinds that call somebody; the others are notices in writing."""

TOO_LATE: Final = timedelta(minutes=30)
"""Nobody is called about an event that is older: it has come to its people in another way, or to nobody."""

AT_ONCE: Final = 20
"""Intents taken on in one transaction."""


def take_on(session: StoreSession, node: str, now: datetime) -> int:
    """Take on intents that are due and write down their calls; return how many intents.

    Of two processes exactly one takes an intent on: its row is locked, and passed over where another holds it.
    """
    rows = session.scalars(
        select(Intent)
        .where(Intent.state == IntentState.PENDING, Intent.kind.in_(BY_TELEPHONE), Intent.not_before <= now)
        .options(joinedload(Intent.lift), joinedload(Intent.incident))
        .order_by(Intent.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Intent)
    ).all()
    for intent in rows:
        calls = _calls(session, intent, node, now)
        intent.state = IntentState.DOING if calls else IntentState.DROPPED
        session.add_all(calls)
    return len(rows)


def _calls(session: StoreSession, intent: Intent, node: str, now: datetime) -> Sequence[OutboundCall]:
    incident = intent.incident
    over = incident is not None and (incident.state is IncidentState.CLOSED or incident.acknowledged_at is not None)
    if over or now - intent.created_at > TOO_LATE or _already_called(session, intent):
        return []
    people = [
        OutboundCall(
            intent_id=intent.id,
            kind=OutboundKind.PERSON,
            channel_id=new_leg(node),
            role=one.role,
            target=one.target.address,
            allowance_s=one.target.allowance_s,
            state=OutboundState.PLANNED,
        )
        for one in people_of(session, intent.lift, now)
    ]
    if intent.kind is not IntentKind.ENTRAPMENT:
        return people
    # First of all: without it the people would have nobody to be connected with.
    alarm = OutboundCall(
        intent_id=intent.id,
        kind=OutboundKind.ALARM,
        channel_id=new_leg(node),
        target=intent.lift.device_code,
        state=OutboundState.PLANNED,
    )
    return [alarm, *people]


def _already_called(session: StoreSession, intent: Intent) -> bool:
    """Whether an alarm of the lift is up: somebody pressed, and the call plane is calling everybody already."""
    running = select(Call.id).where(
        Call.lift_id == intent.lift_id, Call.kind == CallKind.ALARM, Call.ended_at.is_(None)
    )
    return session.scalar(running.limit(1)) is not None
