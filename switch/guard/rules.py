"""When an address is a scanner's, and for how long it is shut out: pure, the clock is an argument (seconds)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

WINDOW_S: Final = 60.0
MAX_ACCOUNTS: Final = 8
"""Different accounts tried without success within the window: nobody mistypes that many."""
MAX_FAILURES: Final = 30
"""Failures within the window, on one account or several. A device with a wrong password tries a few times a minute."""
FIRST_BLOCK_S: Final = 60.0
LONGEST_BLOCK_S: Final = 900.0
"""A new device behind the same router as a scanner is kept out for at most this long."""
FORGET_S: Final = 86_400.0
"""After this time without a block an address is a stranger again."""
MAX_ADDRESSES: Final = 10_000
"""The address heard of longest ago is forgotten for a new one."""


@dataclass(slots=True)
class _Address:
    since: float
    failures: int = 0
    accounts: set[str] = field(default_factory=set)
    blocks: int = 0
    last_block: float = 0.0


class Watch:
    """Counts failures by address."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Address] = OrderedDict()

    def failed(self, address: str, account: str, now: float) -> bool:
        """Note a failure; return whether the address has behaved as a scanner does. Then it begins at zero again."""
        found = self._known.get(address)
        if found is None:
            found = self._known[address] = _Address(now)
            if len(self._known) > MAX_ADDRESSES:
                self._known.popitem(last=False)
        self._known.move_to_end(address)
        if now - found.since > WINDOW_S:
            found.since, found.failures = now, 0
            found.accounts.clear()
        found.failures += 1
        if len(found.accounts) <= MAX_ACCOUNTS:
            found.accounts.add(account[:64])
        if found.failures < MAX_FAILURES and len(found.accounts) < MAX_ACCOUNTS:
            return False
        found.since, found.failures = now, 0
        found.accounts.clear()
        return True

    def block(self, address: str, now: float) -> float:
        """Note that an address is shut out now; return for how many seconds: 60, 120, 240 … 900."""
        found = self._known.setdefault(address, _Address(now))
        if now - found.last_block > FORGET_S:
            found.blocks = 0
        found.blocks += 1
        found.last_block = now
        return min(FIRST_BLOCK_S * (1 << min(found.blocks - 1, 8)), LONGEST_BLOCK_S)
