"""Makes a running Asterisk watch accounts that were written into its AstDB.

Calls to and from a new account work at once, for Asterisk reads the AstDB each time. Its list of states does not:
it is made at start, and an account that came later stays "unavailable" in it although it is registered; the centre's
queue would not ring such an operator. So each new or changed account is announced to that list by name.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import structlog

from dialplan.names import Family
from switch.ami.link import AmiRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from switch.ami.link import AmiLink
    from switch.provision.changes import Change

log = structlog.get_logger(__name__)

IN_FLIGHT = 20
_SAFE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def changed_accounts(stages: Iterable[Iterable[Change]]) -> set[str]:
    """Return the accounts whose endpoint or address of record is written."""
    families = {Family.ENDPOINT.value, Family.AOR.value}
    return {
        change.key[1]
        for stage in stages
        for change in stage
        if change.value is not None and change.key[0] in families and _SAFE.fullmatch(change.key[1])
    }


async def watch_accounts(link: AmiLink, accounts: Iterable[str]) -> None:
    """Announce accounts to the list of states; raises `AmiError` when the switch goes away."""
    waiting = iter(sorted(accounts))

    async def worker() -> None:
        for account in waiting:
            try:
                await link.action("Command", Command=f"pjsip reload qualify endpoint {account}")
            except AmiRefusedError as error:
                log.warning("account_not_watched", account=account, error=str(error))

    results = await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
