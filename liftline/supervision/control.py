"""Talks to a running supervisor over its socket."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liftline.supervision.config import config_path, pid_path, socket_path

if TYPE_CHECKING:
    from pathlib import Path

    from liftline.settings import Settings

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 5.0
POLL_S = 0.05
_DOWN = (OSError, xmlrpc.client.Error, http.client.HTTPException)


class SupervisorError(Exception):
    """The supervisor did not start, stop or answer in time; the message is one line."""


@dataclass(frozen=True)
class ProcessState:
    """One process as the supervisor sees it; `since` in UTC epoch seconds, 0 when it never ran."""

    name: str
    state: str
    pid: int
    since: int
    problem: str


def start(settings: Settings, environment: dict[str, str]) -> int:
    """Start the supervisor with its written configuration and return its pid.

    It gets a session of its own, so that a Ctrl-C reaches only the one who started it, and the order of
    stopping stays ours.
    """
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config_path(settings))]
    log = settings.log_dir / "supervisor.out.log"
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if is_running(settings):
            return child.pid
        if child.poll() is not None:
            break
        time.sleep(POLL_S)
    last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no output"])[-1]
    raise SupervisorError(f"the supervisor did not start: {last} ({log})")


def is_running(settings: Settings) -> bool:
    """Tell whether a supervisor of this instance answers."""
    try:
        return bool(_proxy(settings).getState()["statename"] in {"RUNNING", "RESTARTING"})
    except _DOWN:
        return False


def states(settings: Settings) -> list[ProcessState]:
    """Return the state of every process, an empty list when no supervisor runs."""
    try:
        found = _proxy(settings).getAllProcessInfo()
    except _DOWN:
        return []
    return [
        ProcessState(
            name=info["name"],
            state=info["statename"],
            pid=info["pid"],
            since=info["start"],
            problem=info["spawnerr"] or (f"exit code {info['exitstatus']}" if info["exitstatus"] else ""),
        )
        for info in found
    ]


def supervisor_pid(settings: Settings) -> int:
    """Return the running supervisor's pid, 0 when there is none."""
    try:
        return int(_proxy(settings).getPID())
    except _DOWN:
        return 0


def shut_down(settings: Settings) -> bool:
    """Stop every process in order, then the supervisor; return whether one was running.

    Raises `SupervisorError` when it is not gone in time.
    """
    if not is_running(settings):
        return False
    with contextlib.suppress(*_DOWN):
        _proxy(settings).shutdown()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        if not pid_path(settings).exists() and not _answers(settings):
            return True
        time.sleep(POLL_S)
    raise SupervisorError(f"the supervisor did not stop in {STOP_TIMEOUT_S:.0f} s: see {settings.log_dir}")


def _answers(settings: Settings) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_path(settings)))
        except OSError:
            return False
    return True


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over the supervisor's socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_TIMEOUT_S)
        self.sock.connect(self.host)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, _host: object) -> _UnixConnection:
        return _UnixConnection(str(self._path))


def _proxy(settings: Settings) -> Any:  # noqa: ANN401 - an XML-RPC proxy has any method
    return xmlrpc.client.ServerProxy(
        "http://supervisor/RPC2", transport=_UnixTransport(socket_path(settings))
    ).supervisor
