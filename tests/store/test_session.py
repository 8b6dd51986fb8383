from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import StatementError

from store.models import JournalPosition, Organization, OrganizationKind
from store.session import make_engine, read_scope, session_scope

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 11, 22, 16, 0, 0, 123456, timezone(timedelta(hours=8)))


def position(at: datetime, segment: str = "s") -> JournalPosition:
    return JournalPosition(switch_node="node1", segment=segment, offset=2**40, updated_at=at)


def test_a_moment_comes_back_in_utc_with_its_microseconds(engine: Engine) -> None:
    with session_scope(engine) as session:
        session.add(position(MOMENT))
    with read_scope(engine) as session:
        row = session.scalars(select(JournalPosition)).one()
    assert row.updated_at == MOMENT
    assert row.updated_at.tzinfo is UTC
    assert row.offset == 2**40


def test_moments_of_different_zones_compare_as_moments(engine: Engine) -> None:
    with session_scope(engine) as session:
        session.add_all([position(MOMENT, "a"), position(MOMENT.astimezone(UTC) + timedelta(microseconds=1), "b")])
    with read_scope(engine) as session:
        later = session.scalars(select(JournalPosition.segment).where(JournalPosition.updated_at > MOMENT)).all()
    assert later == ["b"]


def test_a_moment_without_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"), session_scope(engine) as session:
        session.add(position(MOMENT.replace(tzinfo=None)))


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    def fail() -> None:
        with session_scope(engine) as session:
            session.add(Organization(kind=OrganizationKind.PROPERTY, name="x"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with read_scope(engine) as session:
        assert session.scalar(select(func.count()).select_from(Organization)) == 0


def test_a_reader_is_not_stopped_by_a_writer_and_does_not_see_what_is_not_committed(engine: Engine) -> None:
    with session_scope(engine) as writer:
        writer.add(Organization(kind=OrganizationKind.PROPERTY, name="x"))
        writer.flush()
        with read_scope(engine) as reader:
            assert reader.scalar(select(func.count()).select_from(Organization)) == 0


def test_a_reader_writes_nothing(engine: Engine) -> None:
    with read_scope(engine) as session:
        session.add(Organization(kind=OrganizationKind.PROPERTY, name="x"))
        session.flush()
    with read_scope(engine) as session:
        assert session.scalar(select(func.count()).select_from(Organization)) == 0


def test_sqlite_keeps_what_was_confirmed_and_its_references(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        found = [
            connection.execute(text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1]


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="only SQLite and PostgreSQL"):
        make_engine("mysql://x/y")


def test_postgresql_never_waits_without_end(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # its busy time-out is set on the connection
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"show {name}")).scalar()
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")
        }
    assert found == {
        "lock_timeout": "5s",
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "1min",
        "timezone": "UTC",
    }


def test_a_connection_that_the_server_closed_is_replaced_unseen(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as first, engine.connect() as second:
        pids = [connection.scalar(text("select pg_backend_pid()")) for connection in (first, second)]
    with engine.connect() as killer:
        own = killer.scalar(text("select pg_backend_pid()"))
        for pid in set(pids) - {own}:
            killer.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        with engine.connect() as replaced:
            assert replaced.scalar(text("select 1")) == 1
    with read_scope(engine) as session:
        assert session.scalar(text("select 1")) == 1
