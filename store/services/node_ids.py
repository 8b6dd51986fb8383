"""Ids of nodes, known before the nodes are in the database.

A node's live event carries the node's id. Were the database asked for it, each node would need a statement of its own;
so ids are fetched in blocks, and many nodes go in together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

from sqlalchemy import func, select, text

from store.models import Node
from store.session import StoreSession, notes

_IDS: Final = "node_ids"
_LARGEST_BLOCK: Final = 256


def next_node_id(session: StoreSession) -> int:
    """Give the id of this transaction's next node; ascending within the transaction.

    On PostgreSQL ids come from the table's own sequence, in blocks that double with each one used up; what is left of
    the last block stays unused. On SQLite the one who writes counts on from the largest: no node is ever deleted.
    """
    ids: Iterator[int] | None = notes(session).get(_IDS)
    if ids is None:
        ids = notes(session)[_IDS] = _from_sequence(session) if _has_sequence(session) else _from_largest(session)
    return next(ids)


def _has_sequence(session: StoreSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _from_sequence(session: StoreSession) -> Iterator[int]:
    block = text("select nextval(pg_get_serial_sequence('nodes', 'id')) from generate_series(1, :size)")
    size = 1
    while True:
        yield from sorted(session.scalars(block, {"size": size}))
        size = min(2 * size, _LARGEST_BLOCK)


def _from_largest(session: StoreSession) -> Iterator[int]:
    yield from count((session.scalar(select(func.max(Node.id))) or 0) + 1)
