"""What is looked at before anything is started: one clear line for each thing that would go wrong."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from liftline.supervision.config import socket_path
from liftline.supervision.control import supervisor_pid
from liftline.supervision.ports import needed_ports, trouble_with

if TYPE_CHECKING:
    from liftline.settings import Settings

LEAST_FREE_BYTES = 300_000_000
"""Below this, recordings would soon fail; fetching the runtime asks for more by itself."""

LONGEST_SOCKET_PATH = 100
"""The kernel takes 107 bytes for a socket's path; Asterisk and the supervisor add little to ours."""


class PreflightError(Exception):
    """Something stands in the way of a start; each line of the message is one thing and its remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def check_home(settings: Settings) -> None:
    """Raise `PreflightError` when the home folder cannot serve."""
    problems = []
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home) as file:
            file.write(b"\0" * 4096)
    except OSError as error:
        problem = f"cannot write to {settings.home} ({error.strerror}): free some room, or set LIFTLINE_HOME"
        raise PreflightError([problem]) from error
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        problems.append(f"{settings.home} has {free / 1e6:.0f} MB free, {LEAST_FREE_BYTES / 1e6:.0f} MB are needed")
    if len(os.fsencode(socket_path(settings))) > LONGEST_SOCKET_PATH:
        problems.append(f"LIFTLINE_HOME is too long for sockets below it: {settings.home}")
    if problems:
        raise PreflightError(problems)


def check_alone(settings: Settings) -> None:
    """Raise `PreflightError` when this home's instance runs already."""
    pid = supervisor_pid(settings)
    if pid:
        raise PreflightError(
            [
                (
                    f"an instance runs already in {settings.home} (supervisor's pid {pid}): "
                    "`liftline down` stops it, `liftline status` shows it; another one needs its own LIFTLINE_HOME"
                )
            ]
        )


def check_ports(settings: Settings) -> None:
    """Raise `PreflightError` naming every port in use, who has it and which variable moves it."""
    problems = [trouble for port in needed_ports(settings) if (trouble := trouble_with(port))]
    if problems:
        raise PreflightError(list(dict.fromkeys(problems)))


def check_machine() -> list[str]:
    """Return what does not prevent a start, but will hurt."""
    name = Path("/proc/sys/kernel/hostname").read_text(encoding="utf-8").strip()
    hosts = Path("/etc/hosts").read_text(encoding="utf-8") if Path("/etc/hosts").exists() else ""
    if name in {word for line in hosts.splitlines() for word in line.partition("#")[0].split()[1:]}:
        return []
    return [f"/etc/hosts does not name this machine: add `127.0.1.1 {name}`, or each call waits for a name look-up"]
