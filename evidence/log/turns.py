"""Who signs, signs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from store.session import StoreSession

HEAD_LOCK: Final = 0x48454144
"""PostgreSQL advisory lock ("HEAD") of everybody who signs; commits of facts do not wait for it."""


def take_turn(session: StoreSession) -> None:
    """Wait until no other process signs; ends with the transaction. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": HEAD_LOCK})
