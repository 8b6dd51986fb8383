"""Databases with a few lifts and a gateway, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves test folders out
sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from api_postgres import PrivatePostgres, binaries
from intake_world import World

from store import migrate
from store.session import make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    found = binaries()
    if found is None:
        pytest.fail("no PostgreSQL server binaries: apt-get install postgresql")
    server = PrivatePostgres(found)
    server.start()
    migrate(server.url)
    yield server.url
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("intake-postgresql"))])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Lifts, a gateway, and what takes in and follows; once on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/liftline.db"
        migrate(url)
    else:
        url = request.getfixturevalue("postgres_url")
    engine = make_engine(url)
    one = World(engine)
    yield one
    one.close()
    engine.dispose()


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path}/liftline.db"
    migrate(url)
    engine = make_engine(url)
    one = World(engine)
    yield one
    one.close()
    engine.dispose()
