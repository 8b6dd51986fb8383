"""A real application over real HTTP, on a migrated database; Redis where a test asks for it."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import create_app
from liftline.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves test folders out

from api_postgres import PrivatePostgres, binaries
from api_world import Api, Clock, RedisServer, Serve, build, listen, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.kit.limits import ApiLimits

DEAD_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is migrated and filled; tests copy it."""
    home = tmp_path_factory.mktemp("template")
    build(f"sqlite:///{home}/liftline.db", home / "recordings")
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return Path(shutil.copytree(template, tmp_path / "home"))


@pytest.fixture
def serve(home: Path) -> Iterator[Serve]:
    """Starts applications, and stops them at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread, Api]] = []

    def start(*, limits: ApiLimits | None = None, redis_url: str = DEAD_REDIS, database_url: str = "") -> Api:
        settings = Settings(home=home, redis_url=redis_url, database_url=database_url)
        clock = Clock()
        app = create_app(settings, limits=limits, now=clock)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        listener = listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        api = Api(f"http://127.0.0.1:{listener.getsockname()[1]}", clock, home, settings.database_url)
        until(lambda: server.started)
        running.append((server, thread, api))
        return api

    yield start
    for server, thread, api in running:
        api.close()
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def api(serve: Serve) -> Api:
    """One application without Redis."""
    return serve()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis; `kill()` and `start()` it at will."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def postgres() -> Iterator[str]:
    """URL of an empty database on a PostgreSQL server of our own."""
    found = binaries()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server binaries: apt-get install postgresql")
        pytest.skip("no PostgreSQL server binaries on this machine")
    server = PrivatePostgres(found)
    server.start()
    yield server.url
    server.stop()
