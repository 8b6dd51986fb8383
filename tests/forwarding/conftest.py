"""Databases on SQLite and PostgreSQL, a receiver, and our side of the line."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves test folders out

from forwarding_world import City, Clock, Office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

# The databases of the store's tests.
_spec = importlib.util.spec_from_file_location("store_conftest", Path(__file__).parents[1] / "store" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_store = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_store)
postgres, migrated_postgres = _store.postgres, _store.migrated_postgres
migrated_sqlite, url, engine = _store.migrated_sqlite, _store.url, _store.engine


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def city(tmp_path: Path, clock: Clock) -> Iterator[City]:
    one = City(tmp_path, clock)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def office(engine: Engine, city: City, clock: Clock) -> Office:
    """Sending is on; nothing waits."""
    one = Office(engine, city, clock)
    one.switch_on()
    return one
