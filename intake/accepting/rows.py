"""Writes rows of events, many at once, and says which were new.

Ids become visible in the order in which they are given out: on PostgreSQL writers take turns by a lock that lasts until
the commit (SQLite has one writer anyway). So whoever has followed up to id n has seen every event before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

ACCEPT_LOCK: Final = 0x474154454556
"""PostgreSQL advisory lock ("GATEEV") of everybody who stores events."""


class Row(NamedTuple):
    """One event as it is stored; moments are milliseconds since 1970, UTC."""

    gateway_id: int
    event_id: str
    lift_id: int
    kind: str
    occurred_ms: int
    received_ms: int
    sequence: int | None
    data: str
    device_code: str
    """Not stored: for those who announce it."""


_COLUMNS: Final = "gateway_id, event_id, lift_id, kind, occurred_ms, received_ms, sequence, data"
_SQLITE: Final = f"insert into gateway_events ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing"  # noqa: S608 - constants
_POSTGRESQL: Final = f"""
insert into gateway_events ({_COLUMNS})
select * from unnest(%s::int[], %s::text[], %s::int[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
on conflict do nothing returning gateway_id, event_id, id
"""  # noqa: S608 - constants


def insert(connection: Connection, rows: Sequence[Row]) -> tuple[list[bool], int]:
    """Store rows in the running transaction.

    Returns:
        For each row whether it is new (of several with one identity, the first), and the newest id given out, 0
        where nothing is new.

    Raises:
        sqlalchemy.exc.IntegrityError: a lift or gateway is gone.
    """
    if connection.dialect.name == "postgresql":
        found = _insert_postgresql(connection, rows)
    else:
        found = _insert_sqlite(connection, rows)
    fresh = set(found)
    new = []
    for row in rows:
        identity = (row.gateway_id, row.event_id)
        new.append(identity in fresh)
        fresh.discard(identity)
    return new, max(found.values(), default=0)


def _insert_sqlite(connection: Connection, rows: Sequence[Row]) -> dict[tuple[int, str], int]:
    # Nobody else writes until we commit: what is beyond the largest id of before is ours. The sequence's own table,
    # because the newest rows may have been deleted.
    before = connection.execute(text("select coalesce(max(seq), 0) from sqlite_sequence where name = 'gateway_events'"))
    last = before.scalar_one()
    connection.exec_driver_sql(_SQLITE, [row[:8] for row in rows])
    ours = connection.exec_driver_sql("select gateway_id, event_id, id from gateway_events where id > ?", (last,))
    return {(gateway, event): number for gateway, event, number in ours}


def _insert_postgresql(connection: Connection, rows: Sequence[Row]) -> dict[tuple[int, str], int]:
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ACCEPT_LOCK})
    columns = tuple(list(column) for column in list(zip(*rows, strict=True))[:8])
    ours = connection.exec_driver_sql(_POSTGRESQL, columns)
    return {(gateway, event): number for gateway, event, number in ours}
