"""Gateways, and which lifts their keys may speak for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.models import ApiKey, ApiKeyLift, Gateway, Lift, UserRole

_AT_ONCE = 500
"""Names in one query; SQLite takes a bounded number of parameters."""


def ensure(session: Session, name: str) -> Gateway:
    """Give the gateway of a name; it is made when it is new."""
    row = session.scalar(select(Gateway).where(Gateway.name == name))
    if row is None:
        row = Gateway(name=name)
        session.add(row)
        session.flush()
    return row


def id_of(session: Session, name: str) -> int | None:
    """Id of the gateway of a name."""
    return session.scalar(select(Gateway.id).where(Gateway.name == name))


def bound(key_id: int, organization_id: int | None) -> ColumnElement[bool]:
    """Condition for the lifts that a gateway's key may speak for: those it names, or its organization's."""
    if organization_id is not None:
        return or_(Lift.property_id == organization_id, Lift.maintainer_id == organization_id)
    return Lift.id.in_(select(ApiKeyLift.lift_id).where(ApiKeyLift.key_id == key_id))


def lifts_of(session: Session, key_id: int, organization_id: int | None, codes: set[str]) -> dict[str, int]:
    """Ids by device code of those lifts, of these codes, that are in use and the key may speak for."""
    found: dict[str, int] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(Lift.device_code, Lift.id).where(Lift.device_code.in_(part), Lift.active)
        found.update({code: lift for code, lift in session.execute(query.where(bound(key_id, organization_id)))})  # noqa: C416 - rows are no pairs for the type checker
    return found


def valid_keys(session: Session, now: datetime) -> list[ApiKey]:
    """Keys of gateways that may be used now, in a fixed order."""
    return list(
        session.scalars(
            select(ApiKey)
            .where(
                ApiKey.role == UserRole.GATEWAY,
                ApiKey.revoked_at.is_(None),
                or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
            )
            .order_by(ApiKey.id)
        )
    )


def keys_for(session: Session, lift: Lift, now: datetime) -> list[ApiKey]:
    """Keys, valid now, that may speak for a lift."""
    named = set(session.scalars(select(ApiKeyLift.key_id).where(ApiKeyLift.lift_id == lift.id)))
    owners = {lift.property_id, lift.maintainer_id} - {None}
    return [key for key in valid_keys(session, now) if key.id in named or key.organization_id in owners]
