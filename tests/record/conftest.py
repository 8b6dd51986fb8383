"""Databases, a journal folder, and the path to what these tests share."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from store.migrating import migrate
from store.session import make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves test folders out

from asterisk_world import Asterisk
from record_world import Switch, until

from tests.kit.ports import block, free_port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server of our own; skips where there is none."""
    if given := os.environ.get("LIFTLINE_TEST_POSTGRES"):
        yield given
        return
    initdb = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    if initdb is None:
        pytest.skip("no PostgreSQL on this machine")
    # Not in pytest's folder: each pytest that starts makes that one private to root again.
    folder = Path(tempfile.mkdtemp(prefix="liftline-postgres-"))
    binaries = Path(initdb).resolve().parent
    user: list[str] = []
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")  # PostgreSQL refuses to run as root
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    data = folder / "data"
    subprocess.run(
        [*user, binaries / "initdb", "-D", data, "-U", "liftline", "-A", "trust", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    port = free_port()
    server = subprocess.Popen(
        [*user, binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1", "-F"],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    url = f"postgresql+psycopg://liftline@127.0.0.1:{port}/postgres"
    try:
        engine = make_engine(url)

        def answers() -> bool:
            try:
                with engine.connect() as connection:
                    connection.execute(text("select 1"))
            except Exception:  # noqa: BLE001 - not up yet
                return False
            return True

        until(answers, what="PostgreSQL")
        engine.dispose()
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("record-postgresql"))])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/liftline.db"
    else:
        server = request.getfixturevalue("postgres")
        name = f"t{time.monotonic_ns()}"
        engine = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        engine.dispose()
        url = f"{server.rsplit('/', 1)[0]}/{name}"
    migrate(url)
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/liftline.db"
    migrate(url)
    return url


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    folder = tmp_path / "cel-custom"
    folder.mkdir()
    return Switch(folder)


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[Asterisk]:
    """A running switch with an empty AstDB."""
    with block() as base:
        one = Asterisk(tmp_path / "switch", base)
        one.start()
        try:
            yield one
        finally:
            one.stop()
