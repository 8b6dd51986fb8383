"""Keeps Asterisk's AstDB and its centre queue as the base data wants them.

A full comparison at start, after each return of AMI, whenever the base data changes, and at the beginning of each
day, which moves the rota's horizon. It writes differences only. While the database is away nothing is touched.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import Family
from switch.ami.link import AmiError, AmiRefusedError
from switch.provision.accounts import changed_accounts, watch_accounts
from switch.provision.changes import Change, Key, WouldWipeError, additions, managed, stages
from switch.provision.desired import desired
from switch.provision.estate import read_estate, read_version
from switch.provision.operators import sync_operators

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from switch.ami.link import AmiLink
    from switch.provision.desired import Estate
    from switch.provision.permission import Permission

log = structlog.get_logger(__name__)

IN_FLIGHT = 50
POLL_S = 1.0
RETRY_S = 2.0
ROOT = Family.ENDPOINT.value.split("/", 1)[0]


@dataclass(slots=True)
class ProvisionState:
    """What the provisioner tells about itself."""

    version: int = -1
    """Version of the base data that the switch has; -1 before the first comparison."""
    synced_at: float = 0.0
    """Wall-clock seconds of the last complete comparison."""
    writes: int = 0
    deletions: int = 0
    last_ms: int = 0
    """Duration of the last comparison."""
    error: str = ""


class Provisioner:
    """Provisions one switch.

    Args:
        engine: the database.
        link: AMI of the switch.
        read: reads the estate for a moment; runs in a thread.
        media_address: address RTP is bound to.
        permission: an operator's permission to let most lifts vanish; without it nobody can give one.
    """

    def __init__(
        self,
        engine: Engine,
        link: AmiLink,
        *,
        read: Callable[[datetime], Estate] | None = None,
        media_address: str | None = None,
        permission: Permission | None = None,
    ) -> None:
        self._engine = engine
        self._link = link
        self._read = read or (lambda now: read_estate(engine, now))
        self._media_address = media_address
        self._permission = permission
        self._wake = asyncio.Event()
        self._day = ""
        self._stale = True
        self.state = ProvisionState()
        link.on_up(self._on_up)

    async def _on_up(self) -> None:
        self.wake()

    def wake(self) -> None:
        """Compare now: the base data, an announcement or the link changed."""
        self._stale = True
        self._wake.set()

    async def run(self) -> None:
        """Provision until cancelled."""
        while True:
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            if not self._link.up.is_set():
                continue
            try:
                if await self._due():
                    await self.sync()
            except (SQLAlchemyError, AmiError, OSError) as error:
                self._stale = True
                self.state.error = f"{type(error).__name__}: {error}"[:300]
                log.warning("provisioning_waits", error=self.state.error)
                await asyncio.sleep(RETRY_S)

    async def _due(self) -> bool:
        if self._stale or self._day != _today() or (self.state.error and self._permitted):
            return True
        return await asyncio.to_thread(read_version, self._engine) != self.state.version

    @property
    def _permitted(self) -> bool:
        return self._permission is not None and self._permission.given

    async def sync(self) -> int:
        """Compare everything and write the differences; return how many there were.

        Raises:
            AmiError: the switch went away.
            sqlalchemy.exc.SQLAlchemyError: the database is away; nothing was written.
        """
        began = time.monotonic()
        day = _today()
        self._stale = False
        estate = await asyncio.to_thread(self._read, datetime.now(UTC))
        wanted = await asyncio.to_thread(desired, estate, datetime.now(UTC), media_address=self._media_address)
        present = await self._present()
        error, force = "", self._permitted
        try:
            steps = stages(present, wanted, force=force)
        except WouldWipeError as refusal:
            log.error("provisioning_guard", present=refusal.present, vanishing=refusal.vanishing)  # noqa: TRY400
            steps, error = additions(present, wanted), str(refusal)
        failed = sum([await self._carry_out(step) for step in steps])
        # Only the centre's queue goes by that list, and announcing hundreds of accounts takes Asterisk half a minute.
        await watch_accounts(self._link, changed_accounts(steps) & estate.operators.keys())
        await sync_operators(self._link, estate.operators, keep=bool(error))
        if force and self._permission is not None:
            self._permission.use_up()
        self._day = day
        self.state.version = estate.version
        self.state.synced_at = time.time()
        self.state.last_ms = round((time.monotonic() - began) * 1000)
        self.state.error = error or (f"{failed} values refused by the switch" if failed else "")
        count = sum(len(step) for step in steps)
        if count:
            log.info("provisioned", changes=count, version=estate.version, ms=self.state.last_ms)
        return count

    async def _present(self) -> dict[Key, str]:
        """Return what the AstDB holds in the managed families."""
        table: dict[Key, str] = {}
        for item in await self._link.listing("DBGetTree", Family=ROOT):
            family, _, key = item["Key"].removeprefix("/").rpartition("/")
            if managed(family):
                table[family, key] = item.get("Val", "")
        return table

    async def _carry_out(self, stage: list[Change]) -> int:
        """Write one stage, `IN_FLIGHT` at a time; return how many the switch refused."""
        waiting = iter(stage)

        async def worker() -> int:
            return sum([await self._write(change) for change in waiting])

        refused = await asyncio.gather(*(worker() for _ in range(min(IN_FLIGHT, len(stage)))), return_exceptions=True)
        for result in refused:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in refused if isinstance(result, int))

    async def _write(self, change: Change) -> int:
        family, key = change.key
        try:
            if change.value is None:
                await self._link.action("DBDel", Family=family, Key=key)
                self.state.deletions += 1
            else:
                await self._link.action("DBPut", Family=family, Key=key, Val=change.value)
                self.state.writes += 1
        except AmiRefusedError as error:
            log.warning("value_refused", family=family, key=key, error=str(error))
            return 1
        return 0


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
