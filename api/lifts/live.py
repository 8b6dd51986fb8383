"""What is known of a lift right now: the database, and Redis where it lives."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.redis import RedisLink
from api.lifts import devices
from api.lifts.schemas import LiftStateOut
from store.models import Call, Lift
from store.repositories.incidents import open_of

CABINS_KEY = "liftline:cabins"
"""Hash that the record process keeps: SIP account → JSON of its registration."""


def lift_state(session: Session, redis: RedisLink, lift: Lift, now: datetime) -> LiftStateOut:
    """Return the open incident, running calls and the cabin's registration."""
    incident = open_of(session, lift.id, None)
    calls = select(Call.call_id).where(Call.lift_id == lift.id, Call.ended_at.is_(None)).order_by(Call.id)
    cabin = _object(redis.field(CABINS_KEY, lift.cabin_address))
    device = devices.of(session, redis, [lift]).get(lift.id)
    return LiftStateOut(
        device_code=lift.device_code,
        at=now,
        degraded=not redis.alive,
        cabin=cabin,
        device=device,
        readiness=devices.readiness(lift, device, (cabin or {}) if redis.alive else None),
        incident_number=incident.number if incident else None,
        incident_state=incident.state if incident else None,
        calls=list(session.scalars(calls)),
    )


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value = json.loads(text or "null")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
