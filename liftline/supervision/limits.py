"""What this machine permits our processes: open files and real-time priority."""

from __future__ import annotations

import resource
from pathlib import Path

WANTED_FILES = 65536
"""A call takes about ten file descriptors: sockets, timers, the recording."""

ENOUGH_FILES = 8192
_CAP_SYS_NICE = 23
_CAP_SYS_RESOURCE = 24


def file_limit() -> int:
    """Return how many open files a process of ours may have, the hard limit raised where we may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= WANTED_FILES or _has_capability(_CAP_SYS_RESOURCE):
        return WANTED_FILES
    return hard


def realtime_permitted() -> bool:
    """Tell whether Asterisk may ask for real-time scheduling."""
    return _has_capability(_CAP_SYS_NICE)


def _has_capability(bit: int) -> bool:
    """Look at what we are really allowed: in a container even root lacks some capabilities."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> bit & 1)
    return False
