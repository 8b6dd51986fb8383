"""API keys: shown once, kept as prefix and hash, revoked but never forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth.tokens import new_api_key
from api.keys.schemas import KeyIn, KeyOut, NewKeyOut
from api.kit import rows
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.users.service import check_organization
from intake.mqtt.passwords import mosquitto_hash
from store.models import ApiKey, Lift, Organization, OrganizationKind, UserRole
from store.repositories import gateways


def listed(*, revoked: bool | None) -> Select[ApiKey]:
    """Return the statement for the keys."""
    statement = select(ApiKey)
    if revoked is not None:
        statement = statement.where(ApiKey.revoked_at.is_not(None) if revoked else ApiKey.revoked_at.is_(None))
    return statement


def find(session: Session, key_id: int) -> ApiKey:
    """Return one; raise `Problem` (404)."""
    return rows.one(session, select(ApiKey).where(ApiKey.id == key_id))


def create(session: Session, new: KeyIn, now: datetime) -> NewKeyOut:
    """Make a key; raise `Problem` (422) for the organization or an expiry in the past."""
    lifts = _gateway_lifts(session, new) if new.role is UserRole.GATEWAY else _no_gateway(session, new)
    if new.expires_at is not None and new.expires_at <= now:
        raise invalid_field("#/expires_at", "past", Text("到期时间已过。", "It would have expired already."))
    fresh = new_api_key()
    row = ApiKey(**new.model_dump(exclude={"lifts"}), prefix=fresh.prefix, hash=fresh.hash, created_at=now, lifts=lifts)
    if new.gateway is not None:
        gateways.ensure(session, new.gateway)
        row.mqtt_hash = mosquitto_hash(fresh.text)
    rows.add(session, row)
    return NewKeyOut(**KeyOut.model_validate(row).model_dump(), key=fresh.text)


def revoke(row: ApiKey, now: datetime) -> None:
    """Void a key; a second time changes nothing."""
    row.revoked_at = row.revoked_at or now


def _no_gateway(session: Session, new: KeyIn) -> list[Lift]:
    check_organization(session, new.role, new.organization_id)
    if new.gateway is not None or new.lifts:
        detail = Text("只有网关密钥可绑定网关与电梯。", "Only a gateway's key has a gateway and lifts.")
        raise invalid_field("#/gateway", "kind", detail)
    return []


def _gateway_lifts(session: Session, new: KeyIn) -> list[Lift]:
    if new.gateway is None:
        raise invalid_field("#/gateway", "missing", Text("请给出网关名称。", "Name the gateway."))
    if bool(new.lifts) is (new.organization_id is not None):
        detail = Text("请绑定电梯或单位，二者选一。", "Bind it to lifts or to an organization, to one of the two.")
        raise invalid_field("#/lifts", "binding", detail)
    if new.organization_id is not None:
        organization = session.get(Organization, new.organization_id)
        if organization is None or organization.kind not in {OrganizationKind.PROPERTY, OrganizationKind.MAINTAINER}:
            detail = Text("须为使用单位或维保单位。", "It must be a property or a maintainer.")
            raise invalid_field("#/organization_id", "kind", detail)
    found = list(session.scalars(select(Lift).where(Lift.device_code.in_(new.lifts))))
    unknown = sorted(set(new.lifts) - {lift.device_code for lift in found})
    if unknown:
        detail = Text(f"没有设备代码为 {unknown[0]} 的电梯。", f"There is no lift {unknown[0]}.")
        raise invalid_field("#/lifts", "unknown", detail)
    return found
