"""Processor time of a process, all its threads, from /proc."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def cpu_seconds(pid: int) -> float:
    """Return user and system seconds a process has used; raise `OSError` when it is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Return the seconds all cores of this machine have been busy, with whatever."""
    words = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, words[:8])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds(pids: Iterable[int]) -> float:
    """Return the seconds that this process, those of `pids`, and every child already waited for have used."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for pid in (os.getpid(), *pids):
        with contextlib.suppress(OSError):
            total += cpu_seconds(pid)
    return total
