"""A whole instance of its own: `liftline up`, a home in a temporary folder, its own ports."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import stamina

from carrier.config import Mobile
from carrier.config import render as render_carrier
from carrier.control import Carrier
from liftline.runtime.programs import asterisk_command
from liftline.secrets import SecretName, read_secret
from liftline.settings import Settings
from liftline.supervision import control
from switch.ami import AmiLink
from tests.kit.until import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UP_S = 180
MOBILES = [f"139{number:08d}" for number in range(1, 401)]
"""Numbers that the pretend carrier knows in tests, all with the same password."""
MOBILE_PASSWORD = "mobile"


class Instance:
    """One running Liftline: used as an operator would (command line, REST, console), struck as fate would (SIGKILL)."""

    def __init__(self, home: Path, port_base: int, **variables: str) -> None:
        self.variables = {
            "LIFTLINE_HOME": str(home),
            "LIFTLINE_PORT_BASE": str(port_base),
            **{key: value for key, value in os.environ.items() if key == "LIFTLINE_RUNTIME"},
            **variables,
        }
        clean = {key: value for key, value in os.environ.items() if not key.startswith("LIFTLINE_")}
        self.environment = clean | self.variables
        names = {key.removeprefix("LIFTLINE_").lower(): value for key, value in self.variables.items()}
        self.settings = Settings(**names)  # type: ignore[arg-type]
        self._api: httpx.Client | None = None

    # ---- life

    def up(self) -> None:
        """`liftline up --detach`, then give the carrier its subscribers.

        One after the other where several test processes begin together: two cores start one quickly, six never.
        """
        with (Path(tempfile.gettempdir()) / "liftline-tests-up.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            done = self.liftline("up", "--detach", timeout=UP_S)
        assert done.returncode == 0, done.stdout + done.stderr
        self.carrier = Carrier(self.settings)
        render_carrier(self.settings, [Mobile(number, MOBILE_PASSWORD) for number in MOBILES])
        self.carrier.reload_subscribers()

    def down(self) -> None:
        """`liftline down`."""
        if self._api is not None:
            self._api.close()
        done = self.liftline("down", timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr

    def liftline(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run the command line in this instance."""
        command = [sys.executable, "-m", "liftline", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    # ---- ask

    def asterisk(self, line: str) -> str:
        """Run a line on Asterisk's console."""
        conf = self.settings.asterisk_etc / "asterisk.conf"
        command = asterisk_command(["-C", str(conf), "-rx", line], self.settings.runtime)
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout

    @property
    def api(self) -> httpx.Client:
        """REST as an administrator."""
        if self._api is None:
            self._api = self.log_in("admin")
        return self._api

    def put(self, family: str, key: str, value: str) -> None:
        """Write a value into Asterisk's own database, over its manager interface."""
        asyncio.run(self._put(family, key, value))

    async def _put(self, family: str, key: str, value: str) -> None:
        secret = read_secret(self.settings.secrets_dir, SecretName.AMI)
        link = AmiLink("127.0.0.1", self.settings.ami_port, "liftline", secret)
        running = asyncio.create_task(link.run())
        try:
            async with asyncio.timeout(10):
                await link.up.wait()
                await link.action("DBPut", Family=family, Key=key, Val=value)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def log_in(self, role: str) -> httpx.Client:
        """REST as the first sample user of that role."""
        logins = json.loads((self.settings.secrets_dir / "logins.json").read_text(encoding="utf-8"))
        who = next(entry for entry in logins if entry["role"] == role)
        return self.sign_in(who["login"], who["password"])

    def sign_in(self, login: str, password: str) -> httpx.Client:
        """REST as any user."""
        # The server lets an idle connection go after 5 s: never use one that it may be closing at this moment.
        limits = httpx.Limits(keepalive_expiry=2)
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.settings.http_port}/api/v1", timeout=20, limits=limits)
        answer = client.post("/auth/tokens", json={"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def get(self, path: str, **query: Any) -> Any:
        """GET as an administrator; fails the test on anything but 200."""
        answer = self._patiently(lambda: self.api.get(path, params=query))
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        """POST as an administrator; fails the test unless it is taken."""
        answer = self._patiently(lambda: self.api.post(path, json=body))
        assert answer.status_code in {200, 201}, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def _patiently(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask again while the API is being started again; a refused connection has changed nothing."""
        for attempt in stamina.retry_context(on=httpx.ConnectError, attempts=None, timeout=60, wait_max=1):
            with attempt:
                return ask()
        raise AssertionError("unreachable")

    # ---- faults

    def pid(self, process: str) -> int:
        """Process id of a supervised process; 0 while it is down."""
        return next((state.pid for state in control.states(self.settings) if state.name == process), 0)

    def kill(self, process: str) -> int:
        """SIGKILL a supervised process (the supervisor starts it again); return the pid that died."""
        pid = self.pid(process)
        assert pid, f"{process} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def dead(self, *processes: str) -> Iterator[None]:
        """SIGKILL processes and keep them dead for as long as the block lasts."""
        supervisor = control.supervisor_pid(self.settings)
        pids = [self.pid(process) for process in processes]
        assert all(pids), f"not all of {processes} run"
        os.kill(supervisor, signal.SIGSTOP)
        try:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            yield
        finally:
            os.kill(supervisor, signal.SIGCONT)
            for process, old in zip(processes, pids, strict=True):
                until(lambda process=process, old=old: self.pid(process) not in {0, old}, 60, f"{process} is back")
            if "api" in processes:
                until(self._api_answers, 60, "the API answers again")

    def wait_restarted(self, process: str, old_pid: int, within: float = 20) -> None:
        """Wait until the supervisor has started a killed process again."""
        until(lambda: self.pid(process) not in {0, old_pid}, within, f"{process} is started again")

    def _api_answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.settings.http_port)) == 0
