"""Runs the migrations on the database whose URL `store.migrating` hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context
from sqlalchemy import Connection, text

from store.models import Base
from store.models.base import BigKey, Json, UTCDateTime
from store.session import make_engine

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

MIGRATION_LOCK = 0x4C494654  # "LIFT": PostgreSQL advisory lock that lets one process migrate at a time


def render(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names; False leaves the rest to Alembic."""
    names = {id(BigKey): "BigKey", id(Json): "Json"}
    name = "UTCDateTime()" if isinstance(item, UTCDateTime) else names.get(id(item))
    if kind != "type" or name is None:
        return False
    context.imports.add(f"from store.models.base import {name.removesuffix('()')}")
    return name


def run(connection: Connection) -> None:
    """Upgrade inside one transaction: all of it or nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = make_engine(context.config.attributes["url"], pool_size=1)
try:
    # On SQLite the transaction begins IMMEDIATE, so a second process waits for the first and finds nothing to do.
    with engine.begin() as connection:
        run(connection)
finally:
    engine.dispose()
