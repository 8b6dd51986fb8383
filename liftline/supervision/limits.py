"""What this machine permits our processes: open files and real-time priority."""

from __future__ import annotations

import os
import resource
from pathlib import Path

WANTED_FILES = 65536
"""A call takes about ten file descriptors: sockets, timers, the recording."""

ENOUGH_FILES = 8192
_CAP_SYS_NICE = 23


def file_limit() -> int:
    """Return how many open files a process of ours may have, the hard limit raised where we may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= WANTED_FILES:
        return WANTED_FILES
    return WANTED_FILES if os.geteuid() == 0 else hard


def realtime_permitted() -> bool:
    """Tell whether Asterisk may ask for real-time scheduling (CAP_SYS_NICE)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> _CAP_SYS_NICE & 1)
    return False
