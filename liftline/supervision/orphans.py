"""Finds processes that a killed supervisor of this instance left behind, and stops them.

A process belongs to an instance when its environment says `LIFTLINE_HOME=<its home>` and its command line is
one that the supervisor starts. The pid files alone do not do: a pid may have been given to someone else since.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liftline.settings import Settings

GRACE_S = 5.0
POLL_S = 0.05
_MARKS = (
    "supervisor.supervisord",
    "sbin/asterisk",
    "redis-server",
    "sbin/mosquitto",
    "liftline\0run\0record",
    "liftline\0run\0sensing",
    "liftline\0run\0api",
)


@dataclass(frozen=True)
class Orphan:
    """A process of this instance that no supervisor watches."""

    pid: int
    name: str


def find_orphans(settings: Settings) -> list[Orphan]:
    """Return the processes of this instance's home, whoever started them."""
    wanted = f"LIFTLINE_HOME={settings.home}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            mark = next((mark for mark in _MARKS if mark in command), None)
            if mark and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(Orphan(int(folder.name), mark.rpartition("\0")[2].rpartition("/")[2].rpartition(".")[2]))
    return found


def stop_orphans(settings: Settings) -> list[Orphan]:
    """Stop them, by force after `GRACE_S`; return those that were stopped."""
    orphans = find_orphans(settings)
    _signal(orphans, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while (left := [orphan for orphan in orphans if _alive(orphan.pid)]) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    _signal(left, signal.SIGKILL)
    while any(_alive(orphan.pid) for orphan in left) and time.monotonic() < deadline + GRACE_S:
        time.sleep(POLL_S)
    return orphans


def _signal(orphans: list[Orphan], number: signal.Signals) -> None:
    for orphan in orphans:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(orphan.pid, number)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
