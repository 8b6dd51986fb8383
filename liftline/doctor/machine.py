"""The machine: name, clock, disk, open files."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from liftline.doctor.finding import Finding, error, good, warning
from liftline.supervision import preflight
from liftline.supervision.limits import ENOUGH_FILES, file_limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liftline.settings import Settings

LOW_DISK_BYTES = 5_000_000_000
"""About 170 h of two-channel recordings."""

_TIME_ERROR = 5
_TIMEX_BYTES = 208


def check(settings: Settings) -> Iterator[Finding]:
    """Look at what Liftline runs on."""
    yield name()
    yield clock(adjtimex_state())
    yield disk(settings)
    yield files(file_limit())


def name() -> Finding:
    """Without the machine's name in /etc/hosts, Asterisk waits for a name look-up in every call."""
    problems = preflight.check_machine()
    if problems:
        says, _, mend = problems[0].partition(": ")
        return error("name", says, mend)
    return good("name", "/etc/hosts names this machine")


def clock(state: int | None) -> Finding:
    """Node times are evidence: the kernel must hold the clock to be synchronized (`adjtimex`)."""
    if state is None:
        return warning("time", "the kernel does not tell whether the clock is synchronized", "see `timedatectl`")
    if state != _TIME_ERROR:
        return good("time", "the clock is synchronized")
    if _in_container():
        return warning(
            "time", "the clock is not known to be synchronized (seen from a container)", "run chrony on the host"
        )
    return error("time", "the clock is not synchronized", "apt-get install chrony, or start systemd-timesyncd")


def disk(settings: Settings) -> Finding:
    """Recordings are kept for a year: room must not run out unnoticed."""
    free = shutil.disk_usage(settings.home).free
    says = f"{free / 1e9:.1f} GB free in {settings.home}"
    if free < preflight.LEAST_FREE_BYTES:
        return error("disk", says, "free some room now: recordings fail when it is used up")
    if free < LOW_DISK_BYTES:
        return warning("disk", says, "add room: a talk takes 2 MB a minute, and is kept for a year")
    return good("disk", says)


def files(limit: int) -> Finding:
    """Each call takes about ten descriptors."""
    says = f"{limit} open files"
    if limit < ENOUGH_FILES:
        return warning("files", says, f"raise the hard limit of open files to at least {ENOUGH_FILES} (LimitNOFILE=)")
    return good("files", says)


def adjtimex_state() -> int | None:
    """Return the kernel's clock state, 0 to 5 (5: not synchronized), None when it does not say."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: read only
    state = ctypes.CDLL(None, use_errno=True).adjtimex(timex)
    return state if state >= 0 else None


def _in_container() -> bool:
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
