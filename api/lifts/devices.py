"""What the sensors of lifts tell: from Redis where it lives, from the database otherwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.kit.redis import RedisLink
from api.lifts.schemas import DeviceOut, DevicePatch, LiftLiveOut, LiveOut, Readiness
from intake.accepting.announcing import SEEN_KEY
from sensing.moments import from_ms
from store.models import CabinKind, Device, Lift
from watch import picture
from watch.published import CABINS_KEY, LIVE_KEY


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a list: `limit` lifts beyond a device code."""

    after: str | None
    limit: int


def of(session: Session, redis: RedisLink, lifts: Sequence[Lift]) -> dict[int, DeviceOut]:
    """Return the devices of those lifts that have one, by the lift's id."""
    texts = redis.fields(LIVE_KEY, [lift.device_code for lift in lifts])
    shown = {lift.id: _read(text) for lift, text in zip(lifts, texts or [], strict=bool(texts))}
    found = {number: device for number, device in shown.items() if device is not None}
    missing = [lift.id for lift in lifts if lift.id not in found]
    for row in session.scalars(select(Device).where(Device.lift_id.in_(missing))):
        found[row.lift_id] = DeviceOut.model_validate(picture.shown(row.live) | picture.link(row))
    _see(redis, lifts, found)
    return found


def _see(redis: RedisLink, lifts: Sequence[Lift], found: dict[int, DeviceOut]) -> None:
    """Tell when each was last heard as Redis knows it, which is newer than what was looked at."""
    for lift, score in zip(lifts, redis.scores(SEEN_KEY, [lift.device_code for lift in lifts]) or [], strict=False):
        device = found.get(lift.id)
        if device is not None and score is not None:
            seen = from_ms(int(score))
            device.seen_at = max(seen, device.seen_at or seen)


def readiness(lift: Lift, device: DeviceOut | None, cabin: dict[str, Any] | None) -> Readiness:
    """Say whether an alarm would work. A cabin on the trunk does not register: whether it can be called is unknown."""
    sends = device.online if device is not None else None
    known = lift.cabin_kind is CabinKind.SIP and cabin is not None
    callable_ = bool(cabin and cabin.get("online")) if known else None
    parts = [part for part in (sends, callable_) if part is not None]
    return Readiness(sends_data=sends, callable=callable_, online_for_alarms=all(parts) if parts else None)


def page(session: Session, redis: RedisLink, statement: Select[Lift], span: Span, now: datetime) -> LiveOut:
    """Return live pictures of the lifts of a statement."""
    if span.after is not None:
        statement = statement.where(Lift.device_code > span.after)
    lifts = list(session.scalars(statement.order_by(Lift.device_code).limit(span.limit + 1)))
    more, lifts = len(lifts) > span.limit, lifts[: span.limit]
    found = of(session, redis, lifts)
    cabins = redis.fields(CABINS_KEY, [lift.cabin_address for lift in lifts])
    known = [_object(text) if text else {} for text in cabins] if redis.alive else [None] * len(lifts)
    items = [
        LiftLiveOut(
            device_code=lift.device_code,
            device=found.get(lift.id),
            readiness=readiness(lift, found.get(lift.id), cabin),
        )
        for lift, cabin in zip(lifts, known, strict=True)
    ]
    return LiveOut(
        at=now, degraded=not redis.alive, items=items, next_after=lifts[-1].device_code if more and lifts else None
    )


def change(session: Session, lift: Lift, patch: DevicePatch) -> None:
    """Set what is agreed for a lift's device."""
    row = session.get(Device, lift.id)
    if row is None:
        row = Device(lift_id=lift.id, online=False, live={}, track_position=0)
        session.add(row)
    for name, value in patch.changes().items():
        setattr(row, name, value)


def _read(text: str | None) -> DeviceOut | None:
    try:
        return DeviceOut.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
