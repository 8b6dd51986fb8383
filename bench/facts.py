"""On what the benchmark ran: a figure means nothing without it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from liftline.runtime.programs import asterisk_command, sipp_command
from liftline.supervision.limits import realtime_permitted

if TYPE_CHECKING:
    from liftline.settings import Settings

TIMEOUT_S: Final = 10.0
_VERSION = re.compile(r"v?(\d+\.\d+[.\w]*)")


def facts(settings: Settings) -> dict[str, str | int | float | bool]:
    """Return machine, versions and time (UTC) of this run."""
    return {
        **machine(),
        "realtime": realtime_permitted(),
        "asterisk": _version(asterisk_command(["-V"], settings.runtime)),
        "sipp": _version(sipp_command(["-v"], settings.runtime)),
        "database": settings.database_url.partition(":")[0],
    }


def machine() -> dict[str, str | int | float | bool]:
    """Return the machine, the revision and the time (UTC): what every benchmark stands on."""
    load = os.getloadavg()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count() or 0,
        "processor": _line("/proc/cpuinfo", "model name"),
        "virtual": "hypervisor" in _line("/proc/cpuinfo", "flags").split(),
        "memory_gb": round(int(_line("/proc/meminfo", "MemTotal").split()[0]) / 1e6, 1),
        "kernel": platform.release(),
        "load_before": round(load[0], 2),
        "python": platform.python_version(),
        "revision": _revision(),
    }


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def _version(command: list[str]) -> str:
    found = _VERSION.search(_output(command))
    return found[1] if found else "unknown"


def _revision() -> str:
    folder = str(Path(__file__).parent)
    return _output(["git", "-C", folder, "rev-parse", "--short", "HEAD"]).strip() or "unknown"
