"""The instance of the console's benchmark: `liftline up` in a folder of its own, its REST, its phones."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from bench.stage import StageError
from escalation.states import Origin
from liftline.settings import Settings
from phones.account import Account
from phones.process import Phone
from store.services import open_incident
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

UP_S: Final = 180.0
CABINS: Final = ("cabin-1", "cabin-2", "cabin-3", "cabin-4", "cabin-5")


class Stand:
    """One running instance."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        names = {key.removeprefix("LIFTLINE_").lower(): value for key, value in environment.items()}
        self.settings = Settings(**names)  # type: ignore[arg-type]
        self.url = f"http://127.0.0.1:{self.settings.http_port}/api/v1"
        self.client = httpx.Client(base_url=self.url, timeout=20)
        self.client.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self) -> str:
        """Log the administrator in; return the session's token."""
        logins = self._secret("logins.json")
        who = next(one for one in logins if one["role"] == "admin")
        answer = self.client.post("/auth/tokens", json={"login": who["login"], "password": who["password"]})
        answer.raise_for_status()
        return str(answer.json()["token"])

    def cabin(self, name: str) -> Phone:
        """Return a cabin's device, not started yet."""
        entry = next(one for one in self._secret("sip-accounts.json") if one["account"] == name)
        account = Account(name, entry["password"], self.settings.sip_bind, self.settings.sip_port)
        return Phone(account, recordings=self.settings.home / "heard" / name)

    def close_all(self) -> None:
        """Close every open incident as a test."""
        for item in self.client.get("/incidents", params={"open": True, "limit": 500}).json()["items"]:
            self.close(item["number"])

    def close(self, number: str) -> None:
        """Close one incident as a test."""
        self.client.post(f"/incidents/{number}/close", json={"classification": "test"}).raise_for_status()

    def open_many(self, count: int) -> None:
        """Put open incidents of unknown callers on the board."""
        engine = make_engine(self.settings.database_url)
        with session_scope(engine) as session:
            for index in range(count):
                open_incident(session, Origin.PRESS, datetime.now(UTC), lift=None, caller=f"137{index:08d}")
        engine.dispose()

    @contextlib.contextmanager
    def watchers(self, count: int) -> Iterator[None]:
        """Keep event streams open and read them, as so many consoles do."""
        with contextlib.ExitStack() as streams:
            for _ in range(count):
                client = streams.enter_context(httpx.Client(timeout=httpx.Timeout(20, read=60)))
                headers = dict(self.client.headers)
                stream = streams.enter_context(client.stream("GET", f"{self.url}/events", headers=headers))
                stream.raise_for_status()
                threading.Thread(target=_drain, args=(stream,), daemon=True).start()
            yield

    def _secret(self, name: str) -> list[dict[str, Any]]:
        return list(json.loads((self.settings.secrets_dir / name).read_text(encoding="utf-8")))


def _drain(stream: httpx.Response) -> None:
    with contextlib.suppress(httpx.HTTPError, httpx.StreamError, OSError):
        for _ in stream.iter_raw():
            pass


@contextlib.contextmanager
def stand(port_base: int) -> Iterator[Stand]:
    """Start an instance with the sample estate, give it, take it down. Raises `StageError` when it does not start."""
    home = Path(tempfile.mkdtemp(prefix="liftline-bench-"))
    environment = {"LIFTLINE_HOME": str(home), "LIFTLINE_PORT_BASE": str(port_base), "LIFTLINE_ANNOUNCEMENTS": "false"}
    environment |= {key: value for key, value in os.environ.items() if key == "LIFTLINE_RUNTIME"}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LIFTLINE_")}

    def liftline(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "liftline", *words]
        return subprocess.run(
            command, env=clean | environment, capture_output=True, text=True, timeout=UP_S, check=False
        )

    try:
        done = liftline("up", "--detach")
        if done.returncode:
            raise StageError((done.stdout + done.stderr).strip().splitlines()[-1])
        yield Stand(environment)
    finally:
        liftline("down")
        shutil.rmtree(home, ignore_errors=True)
