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
from store.models import ApiKey


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
    check_organization(session, new.role, new.organization_id)
    if new.expires_at is not None and new.expires_at <= now:
        raise invalid_field("#/expires_at", "past", Text("到期时间已过。", "It would have expired already."))
    fresh = new_api_key()
    row = rows.add(session, ApiKey(**new.model_dump(), prefix=fresh.prefix, hash=fresh.hash, created_at=now))
    return NewKeyOut(**KeyOut.model_validate(row).model_dump(), key=fresh.text)


def revoke(row: ApiKey, now: datetime) -> None:
    """Void a key; a second time changes nothing."""
    row.revoked_at = row.revoked_at or now
