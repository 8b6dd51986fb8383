"""Databases with a few alarms in them, on SQLite and on a PostgreSQL server of our own; parties outside on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves test folders out

from evidence_world import Place, Postgres, TimeStamps, WitnessServer, filled, given_place

import store

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("evidence-postgresql"))]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    binaries = next((place for place in places if (place / "initdb").exists()), None)
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server binaries: apt-get install postgresql")
        pytest.skip("no PostgreSQL server binaries on this machine")
    server = Postgres(binaries, Path(tempfile.mkdtemp(prefix="liftline-evidence-pg-")))
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'liftline.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
    store.migrate(url)
    return url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three alarms on record, two of them recorded; signed. Tests copy it."""
    return filled(tmp_path_factory.mktemp("evidence"), datetime.now(UTC))


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Iterator[Place]:
    """A filled instance of the test's own, on SQLite."""
    made = given_place(Path(shutil.copytree(template, tmp_path / "home")))
    yield made
    made.engine.dispose()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessServer]:
    """The reference witness, served over HTTP; `start(trusted)` it."""
    server = WitnessServer(tmp_path / "witness")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStamps]:
    """A real time-stamp authority: openssl's."""
    if shutil.which("openssl") is None:
        subprocess.run(["apt-get", "install", "-yq", "openssl"], check=True, timeout=120)
    one = TimeStamps(tmp_path_factory.mktemp("tsa"))
    one.start()
    yield one
    one.stop()
