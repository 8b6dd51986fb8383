"""What a witness remembers: the last head of each log, and every head it ever countersigned. SQLite, append-only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT_S: Final = 10
_TABLES: Final = """
create table if not exists heads (
    id integer primary key, origin text not null, size integer not null, note text not null, cosignature text not null
);
create index if not exists ix_heads_origin on heads (origin, id);
create table if not exists keys (origin text not null, verifier text not null, primary key (origin, verifier));
create trigger if not exists heads_no_update before update on heads begin select raise(abort, 'append only'); end;
create trigger if not exists heads_no_delete before delete on heads begin select raise(abort, 'append only'); end;
"""


@dataclass(frozen=True, slots=True)
class SeenHead:
    """The last head of a log."""

    size: int
    note: str
    cosignature: str


class Memory:
    """A witness' memory.

    Args:
        file: SQLite file, made when missing.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        with closing(self.connect()) as connection:
            connection.executescript(_TABLES)

    def connect(self) -> sqlite3.Connection:
        """Open the file; transactions begin and end by statement."""
        connection = sqlite3.connect(self._file, timeout=_TIMEOUT_S, isolation_level=None)
        connection.execute("pragma synchronous=full")
        return connection

    @staticmethod
    def last(connection: sqlite3.Connection, origin: str) -> SeenHead | None:
        """Return the last head of a log."""
        row = connection.execute(
            "select size, note, cosignature from heads where origin = ? order by id desc limit 1", (origin,)
        ).fetchone()
        return SeenHead(*row) if row else None

    @staticmethod
    def keys(connection: sqlite3.Connection, origin: str) -> set[str]:
        """Return the keys by which a log is known."""
        return {row[0] for row in connection.execute("select verifier from keys where origin = ?", (origin,))}

    @staticmethod
    def learn(connection: sqlite3.Connection, origin: str, verifier: str) -> None:
        """Remember a key of a log."""
        connection.execute("insert or ignore into keys values (?, ?)", (origin, verifier))

    @staticmethod
    def keep(connection: sqlite3.Connection, origin: str, head: SeenHead) -> None:
        """Remember a head."""
        connection.execute(
            "insert into heads (origin, size, note, cosignature) values (?, ?, ?, ?)",
            (origin, head.size, head.note, head.cosignature),
        )
