"""Engines and transactions.

One unit of work is one transaction: `with session_scope(engine) as session:` commits at its end or rolls back.
Reading only, take `read_scope`: on SQLite it does not wait for a writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, SessionTransaction

CONNECT_TIMEOUT_S = 5
"""Longest wait for a connection to PostgreSQL, in seconds."""

LOCK_TIMEOUT_S = 5
"""Longest wait for another transaction's lock on PostgreSQL, in seconds."""

BUSY_TIMEOUT_S = 20
"""Longest wait for SQLite's one writer, in seconds: a bulk import of 20,000 lifts writes for some five."""

STATEMENT_TIMEOUT_S = 30
"""Longest statement on PostgreSQL, in seconds; a bulk import's single statements stay far below."""


_NOTES: Final = "notes"


class StoreSession(Session):
    """A session whose commits carry what must be written last (see `store.estate_version` and `store.live`)."""


def notes(session: Session) -> dict[str, Any]:
    """What a transaction has locked, looked up or reserved: true until it ends, and forgotten then.

    Also at the end of a savepoint: rolled back, it gives up its locks and takes its rows with it.
    """
    found: dict[str, Any] = session.info.setdefault(_NOTES, {})
    return found


@event.listens_for(StoreSession, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # Not at the end of a flush, which is a transaction of its own kind.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_NOTES, None)


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Make the engine for `sqlite:///FILE` or `postgresql+psycopg://…`.

    Connects only when first used.

    Raises:
        ValueError: another kind of database.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url)
    if backend == "postgresql":
        return _postgresql_engine(url, pool_size)
    message = f"only SQLite and PostgreSQL are supported, not {backend}"
    raise ValueError(message)


@contextmanager
def session_scope(engine: Engine) -> Iterator[StoreSession]:
    """Run one writing transaction: commit at the end, roll back on any exception."""
    with StoreSession(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def read_scope(engine: Engine) -> Iterator[StoreSession]:
    """Run one transaction that only reads; it is rolled back at the end."""
    with StoreSession(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin them late, and never IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL: readers and the one writer do not stop each other.
    # FULL: in WAL mode the default NORMAL may lose the last commits on a power cut. The collector's position and
    # its nodes would go together, so the journal would be read again; but an acknowledgement or a closing given
    # through the API exists nowhere else, and it has been confirmed to a person.
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another has written in between;
    # IMMEDIATE waits its turn at the beginning instead.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    options = {
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
    }
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,  # a restarted server costs one ping, not one failed request
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": "liftline",
            "tcp_user_timeout": LOCK_TIMEOUT_S * 1000 + STATEMENT_TIMEOUT_S * 1000,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
