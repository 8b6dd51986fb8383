from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

import store
from escalation.nodes import NodeKind
from store.migrating import MIGRATIONS
from store.models import Base, Node, NodeSource
from store.session import make_engine, read_scope, session_scope

NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{4}_[a-z_]+\.py")


def test_migrating_gives_exactly_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(url: str) -> None:
    store.migrate(url)


def test_several_processes_may_migrate_an_empty_database_at_once(empty_url: str) -> None:
    command = [sys.executable, "-c", "import sys, store; store.migrate(sys.argv[1])", empty_url]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
    assert [code for _, code in ended] == [0, 0, 0], ended
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("select version from estate_version")).scalar_one() == 1
    engine.dispose()


def test_migrations_are_named_by_date_and_slug() -> None:
    files = [file.name for file in Path(MIGRATIONS, "versions").glob("*.py") if file.name != "__init__.py"]
    assert files
    assert all(NAME.fullmatch(name) for name in files)


@pytest.mark.parametrize("statement", ["update nodes set seq = 9", "delete from nodes"])
def test_the_database_itself_refuses_to_change_a_node(engine: Engine, statement: str) -> None:
    with session_scope(engine) as session:
        session.add(Node(kind=NodeKind.NOTE, at=datetime.now(UTC), seq=0, source=NodeSource.SYSTEM))
    with pytest.raises(DBAPIError, match="only ever appended"), session_scope(engine) as session:
        session.execute(text(statement))
    with read_scope(engine) as session:
        assert session.query(Node).one().seq == 0
