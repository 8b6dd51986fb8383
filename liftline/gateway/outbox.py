"""Events that have not arrived yet, in a file that survives SIGKILL and power cuts (SQLite, WAL, synchronous FULL).

Bounded: when it is full, the oldest heartbeats give way, for they say nothing any more; when there are none, `put`
refuses, and the gateway has to say so. An event is never dropped silently.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST: Final = 1_000_000
"""Events kept: some 300 MB, a busy lift's month."""
_MAKE_ROOM: Final = 1000
_SCHEMA: Final = """
create table if not exists outbox (id integer primary key autoincrement, kind text not null, event text not null)
"""


class OutboxFullError(Exception):
    """No room is left, and nothing in it may be dropped."""


class Outbox:
    """A queue on disk, for several threads of one process.

    Args:
        path: the file; made when missing.
        most: events it may hold.
    """

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._database.execute(f"pragma {pragma}")
        self._database.execute(_SCHEMA)
        (self._count,) = self._database.execute("select count(*) from outbox").fetchone()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def __len__(self) -> int:
        return int(self._count)

    def put(self, *events: dict[str, Any]) -> None:
        """Keep events, all or none; they are on disk when it returns.

        Raises:
            OutboxFullError: there is no room.
        """
        rows = [(str(one.get("kind", "")), json.dumps(one, ensure_ascii=False)) for one in events]
        with self._lock, self._transaction():
            self._make_room(len(rows))
            self._database.executemany("insert into outbox (kind, event) values (?, ?)", rows)
            self._count += len(rows)

    def oldest(self, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """Give the oldest events with their numbers; they stay."""
        with self._lock:
            rows = self._database.execute("select id, event from outbox order by id limit ?", (limit,)).fetchall()
        return [(number, json.loads(text)) for number, text in rows]

    def done(self, numbers: Iterable[int]) -> None:
        """Drop events that have arrived, or never will."""
        with self._lock, self._transaction():
            for number in numbers:
                self._count -= self._database.execute("delete from outbox where id = ?", (number,)).rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _make_room(self, wanted: int) -> None:
        if self._count + wanted <= self._most:
            return
        dropped = self._database.execute(
            "delete from outbox where id in (select id from outbox where kind = 'heartbeat' order by id limit ?)",
            (max(wanted, min(_MAKE_ROOM, self._most // 10)),),
        ).rowcount
        self._count -= dropped
        if self._count + wanted > self._most:
            raise OutboxFullError(f"{self._count} events wait, {self._most} may")

    def _transaction(self) -> _Transaction:
        return _Transaction(self)


class _Transaction:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._before = 0

    def __enter__(self) -> None:
        self._before = self._outbox._count  # noqa: SLF001 - its own part
        self._outbox._database.execute("begin immediate")  # noqa: SLF001 - its own part

    def __exit__(self, kind: object, *_: object) -> None:
        self._outbox._database.execute("rollback" if kind else "commit")  # noqa: SLF001 - its own part
        if kind:
            self._outbox._count = self._before  # noqa: SLF001 - its own part
