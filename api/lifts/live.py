"""What is known of a lift right now: the database, and Redis where it lives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.redis import RedisLink
from api.lifts import devices
from api.lifts.schemas import DeviceOut, LiftStateOut
from escalation.states import IncidentState
from store.models import Call, Incident, Lift
from store.repositories.incidents import open_of

CABINS_KEY = "liftline:cabins"
"""Hash that the record process keeps: SIP account → JSON of its registration."""


def lift_states(session: Session, redis: RedisLink, lifts: Sequence[Lift], now: datetime) -> list[LiftStateOut]:
    """Return the same for many lifts, in a few questions however many they are."""
    ids = [lift.id for lift in lifts]
    open_ones = select(Incident).where(Incident.lift_id.in_(ids), Incident.state != IncidentState.CLOSED)
    incidents = {incident.lift_id: incident for incident in session.scalars(open_ones)}
    running = select(Call.lift_id, Call.call_id).where(Call.lift_id.in_(ids), Call.ended_at.is_(None))
    calls: dict[int | None, list[str]] = {}
    for lift_id, call_id in session.execute(running.order_by(Call.id)):
        calls.setdefault(lift_id, []).append(call_id)
    cabins = redis.fields(CABINS_KEY, [lift.cabin_address for lift in lifts])
    known = devices.of(session, redis, lifts)
    return [
        _state(lift, now, redis, cabin, incidents.get(lift.id), calls.get(lift.id, []), known.get(lift.id))
        for lift, cabin in zip(lifts, cabins, strict=True)
    ]


def lift_state(session: Session, redis: RedisLink, lift: Lift, now: datetime) -> LiftStateOut:
    """Return the open incident, running calls and the cabin's registration."""
    incident = open_of(session, lift.id, None)
    calls = select(Call.call_id).where(Call.lift_id == lift.id, Call.ended_at.is_(None)).order_by(Call.id)
    cabin = redis.field(CABINS_KEY, lift.cabin_address)
    device = devices.of(session, redis, [lift]).get(lift.id)
    return _state(lift, now, redis, cabin, incident, list(session.scalars(calls)), device)


def online(report: str | None) -> bool | None:
    """Read from a cabin's report whether its phone is registered; None: nothing is known."""
    state = (_object(report) or {}).get("online")
    return state if isinstance(state, bool) else None


def _state(
    lift: Lift,
    now: datetime,
    redis: RedisLink,
    report: str | None,
    incident: Incident | None,
    calls: list[str],
    device: DeviceOut | None,
) -> LiftStateOut:
    cabin = _object(report)
    return LiftStateOut(
        device_code=lift.device_code,
        at=now,
        degraded=not redis.alive,
        cabin=cabin,
        device=device,
        readiness=devices.readiness(lift, device, (cabin or {}) if redis.alive else None),
        incident_number=incident.number if incident else None,
        incident_state=incident.state if incident else None,
        calls=calls,
    )


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value = json.loads(text or "null")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
