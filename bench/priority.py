"""Gives the load generator the processor when it wants it.

Phones out in the field have processors of their own. Here they share two cores with the switch, which runs at real-time
priority: without a higher one its load would starve them, and their stutter would be taken for the switch's.
"""

from __future__ import annotations

import contextlib
import os
from typing import Final

ABOVE_ASTERISK: Final = 20
"""Asterisk's `-p` asks for round-robin priority 10."""


def like_a_phone(pid: int = 0) -> bool:
    """Raise a process (0: this one) above the switch; return whether that was permitted."""
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(ABOVE_ASTERISK))
        return True
    return False
