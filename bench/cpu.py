"""Processor time of processes, all their threads, from /proc, second by second."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

LOOK_EVERY_S: Final = 1.0
WINDOW: Final = 10
"""Looks in the busiest stretch of a block that is reported."""


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


class CpuWatch:
    """Reads the processor time of groups of processes every second, in a thread, while used as a context.

    Args:
        groups: name → process ids.
    """

    def __init__(self, groups: Mapping[str, Iterable[int]]) -> None:
        self._groups = {name: list(pids) for name, pids in groups.items()}
        self._looks: list[tuple[float, dict[str, float]]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cpu-watch", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join(5)
        self._look()

    def busiest(self) -> dict[str, float]:
        """Return the cores each group used in the machine's busiest ten seconds; `all` is the machine."""
        last = len(self._looks) - 1
        spans = [(first, min(first + WINDOW, last)) for first in range(max(1, last - WINDOW + 1))]
        shares = [self._between(first, end) for first, end in spans]
        return max(shares, key=lambda share: share["all"])

    def _between(self, first: int, end: int) -> dict[str, float]:
        (began, before), (ended, after) = self._looks[first], self._looks[end]
        return {name: round((after[name] - before[name]) / max(ended - began, 1e-3), 2) for name in before}

    def _look(self) -> None:
        used = {"all": busy_seconds()}
        for name, pids in self._groups.items():
            used[name] = 0.0
            for pid in pids:
                with contextlib.suppress(OSError):
                    used[name] += cpu_seconds(pid)
        self._looks.append((time.monotonic(), used))

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self._look()
