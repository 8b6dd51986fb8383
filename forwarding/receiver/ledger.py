"""What the receiver has: every message once, in the order of arrival, in a SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final

from forwarding.signing import WINDOW

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from forwarding.wire import Message

_TABLES: Final = """
create table if not exists messages (
    arrival integer primary key autoincrement, message_id text unique not null, stream text not null,
    sequence integer not null, kind text not null, late integer not null, received_at text not null, body text not null
);
create table if not exists streams (stream text primary key, last integer not null);
create table if not exists events (kind text not null, stream text, detail text not null, at text not null);
create table if not exists nonces (system text, nonce text, at real not null, primary key (system, nonce));
"""


class Ledger:
    """The receiver's store; one connection, one lock.

    Args:
        file: made when missing.
    """

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
        self._db.execute("pragma journal_mode=wal")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def first_use(self, system: str, nonce: str, now: datetime) -> bool:
        """Note a nonce; return whether it is new. Those older than any valid signature are forgotten."""
        with self._lock:
            self._db.execute("delete from nonces where at < ?", ((now - 2 * WINDOW).timestamp(),))
            added = self._db.execute("insert or ignore into nonces values (?, ?, ?)", (system, nonce, now.timestamp()))
            return added.rowcount == 1

    def note(self, kind: str, stream: str | None, detail: str, now: datetime) -> None:
        """Write down something that people should look at."""
        with self._lock:
            self._note(kind, stream, detail, now)

    def store(self, message: Message, body: str, now: datetime) -> str:
        """Store a message; return `accepted` or `duplicate`. A gap, and its filling, are written down."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                result = self._store(message, body, now)
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")
            return result

    def _store(self, message: Message, body: str, now: datetime) -> str:
        if self._db.execute("select 1 from messages where message_id = ?", (message.message_id,)).fetchone():
            self._note("duplicate", message.stream, f"{message.sequence}", now)
            return "duplicate"
        found = self._db.execute("select last from streams where stream = ?", (message.stream,)).fetchone()
        last = found[0] if found else 0
        late = message.sequence <= last
        if message.sequence > last + 1:
            self._note("gap", message.stream, f"{last + 1}-{message.sequence - 1}", now)
        if late:
            self._note("late", message.stream, f"{message.sequence}", now)
        columns = (message.message_id, message.stream, message.sequence, message.kind, late, now.isoformat(), body)
        self._db.execute(
            "insert into messages (message_id, stream, sequence, kind, late, received_at, body)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            columns,
        )
        newest = max(last, message.sequence)
        self._db.execute("insert or replace into streams values (?, ?)", (message.stream, newest))
        return "accepted"

    def _note(self, kind: str, stream: str | None, detail: str, now: datetime) -> None:
        self._db.execute("insert into events values (?, ?, ?, ?)", (kind, stream, detail, now.isoformat()))

    def messages(self, stream: str | None = None) -> list[dict[str, Any]]:
        """Return messages as they came, in the order of arrival."""
        where, values = ("where stream = ?", (stream,)) if stream else ("", ())
        with self._lock:
            rows = self._db.execute(f"select body from messages {where} order by arrival", values)  # noqa: S608 - ours
            return [json.loads(row[0]) for row in rows]

    def report(self) -> dict[str, Any]:
        """Return counts, what is missing now, and all that was noted."""
        with self._lock:
            count = self._db.execute("select count(*) from messages").fetchone()[0]
            streams = self._db.execute("select stream, last from streams order by stream").fetchall()
            events = self._db.execute("select kind, stream, detail, at from events order by rowid").fetchall()
            return {
                "messages": count,
                "streams": {stream: {"last": last, "missing": self._missing(stream, last)} for stream, last in streams},
                "events": [{"kind": kind, "stream": stream, "detail": d, "at": at} for kind, stream, d, at in events],
            }

    def _missing(self, stream: str, last: int) -> list[int]:
        rows = self._db.execute("select sequence from messages where stream = ?", (stream,))
        have = {row[0] for row in rows}
        return sorted(set(range(1, last + 1)) - have)[:1000]
