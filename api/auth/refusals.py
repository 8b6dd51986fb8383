"""Keeps throttled log-ins from filling the audit record."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

EVERY = timedelta(minutes=1)
MAX_ADDRESSES = 10_000
"""The address noted longest ago is forgotten for a new one."""


class Refusals:
    """Remembers for which address an entry was made within the last minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: OrderedDict[str, datetime] = OrderedDict()

    def first(self, address: str, now: datetime) -> bool:
        """Return whether this is the first refusal of the address within a minute."""
        with self._lock:
            before = self._noted.get(address)
            if before is not None and abs(now - before) < EVERY:
                return False
            self._noted[address] = now
            self._noted.move_to_end(address)
            if len(self._noted) > MAX_ADDRESSES:
                self._noted.popitem(last=False)
            return True
