"""Databases for the tests: each made by migrating, on SQLite and on a real PostgreSQL server.

The server is private: started from the binaries of this machine in a temporary folder, reached by a Unix socket, so
that it needs no port. Without binaries those tests are skipped, on CI they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine, text

import store
from store.models import CabinKind, Lift, Organization, OrganizationKind, Phone, PhoneKind
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, UTC)
NOBODY = 65534
BACKENDS = [
    "sqlite",
    # One worker runs all of them, so that a parallel run starts one server.
    pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql")),
]
SETTINGS = {"listen_addresses": "", "fsync": "off", "max_connections": "60", "shared_buffers": "32MB"}


def _binaries() -> Path | None:
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


class Postgres:
    """A private server. PostgreSQL refuses to run as root, so there it runs as nobody."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="liftline-pg-"))
        self.user = NOBODY if os.geteuid() == 0 else None
        self.numbers = count(1)
        if self.user is not None:
            os.chown(self.folder, self.user, self.user)

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "-D", str(self.folder / "data"), *arguments]
        with (self.folder / f"{program}.log").open("a") as log:
            subprocess.run(
                command,
                check=True,
                timeout=60,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self.user,
                cwd=self.folder,
            )

    def start(self) -> None:
        self.run("initdb", "-U", "liftline", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        self.run("pg_ctl", "-w", "-t", "50", "-o", f"-k {self.folder} {options}", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://liftline@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        name = f"t{next(self.numbers)}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name} template {template}"))
        engine.dispose()
        return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server binaries: apt-get install postgresql")
        pytest.skip("no PostgreSQL server binaries on this machine")
    server = Postgres(binaries)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    name = postgres.create()
    store.migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "liftline.db"
    store.migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A freshly migrated database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "liftline.db")
        return f"sqlite:///{tmp_path / 'liftline.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create(request.getfixturevalue("migrated_postgres")))


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create())


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url, pool_size=20)
    yield made
    made.dispose()


@pytest.fixture
def given_lift(engine: Engine) -> Callable[[], int]:
    """Add a lift with a property that has one guard phone, and a maintainer; give its id."""
    numbers = count(1)

    def add() -> int:
        n = next(numbers)
        with session_scope(engine) as session:
            guards = Organization(kind=OrganizationKind.PROPERTY, name=f"物业 {n}")
            mechanics = Organization(kind=OrganizationKind.MAINTAINER, name=f"维保 {n}")
            phone = Phone(organization=guards, label="值班室", kind=PhoneKind.SIP, address=f"guard-{n}", ha1="0" * 32)
            lift = Lift(
                device_code=f"31101301022019{n:06d}",
                registration_no=f"梯11冀A{n:05d}(19)",
                rescue_no=f"{300000 + n}",
                name=f"{n} 号梯",
                property=guards,
                maintainer=mechanics,
                cabin_kind=CabinKind.SIP,
                cabin_address=f"cabin-{n}",
                cabin_ha1="0" * 32,
            )
            session.add_all([guards, mechanics, phone, lift])
            session.flush()
            return lift.id

    return add
