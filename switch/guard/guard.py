"""Hears of failed log-ins at the switch, and shuts scanners out.

The switch checks every SIP request against a list of addresses (acl.conf), which is written and read in again within
milliseconds. The list is empty when the switch is set up, and a block ends by itself; while this process is dead none
is added, and those that stood then stand until it is back or the switch is set up again.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import BLOCKED_ACL
from store.audit import Actor, note
from store.live import About, append_live_event
from store.models import ActorKind
from store.session import session_scope
from switch.ami.link import AmiError
from switch.config import write_acl
from switch.guard import addresses
from switch.guard.rules import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from liftline.settings import Settings
    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

FAILURES: Final = ("InvalidAccountID", "ChallengeResponseFailed", "InvalidPassword", "FailedACL", "RequestBadFormat")
KNOWN_FAMILY: Final = "ll-known"
"""AstDB: address of a device that was registered → when it was last seen there, Unix seconds."""
KNOWN_FOR_S: Final = 30 * 86_400.0
KNOWN_AGAIN_S: Final = 86_400.0
CONTACTS: Final = "registrar/contact"
MAX_BLOCKS: Final = 1000
"""More addresses at once than this are not shut out, only reported."""
CHECK_S: Final = 1.0
REMEMBER_S: Final = 30.0


class Guard:
    """Keeps scanners away from one switch.

    Args:
        settings: of the instance.
        engine: where it is reported.
        link: the link to the switch; the guard registers its own event handlers there.
    """

    def __init__(self, settings: Settings, engine: Engine, link: AmiLink) -> None:
        self._settings = settings
        self._engine = engine
        self._link = link
        self._watch = Watch()
        self._suspects: asyncio.Queue[tuple[str, str]] = asyncio.Queue(maxsize=100)
        self._fixed: list[addresses.Network] = []
        self._known: dict[str, float] = {}
        self._blocked: dict[str, float] = {}
        self._ends: list[tuple[float, str]] = []
        self.failures = 0
        self.blocks = 0
        self.spared = 0
        """Scanners whose address a device of ours has too: reported, not shut out."""
        for name in FAILURES:
            link.on_event(name, self._on_failure)
        link.on_up(self._write)  # the switch may have kept a list that we know nothing of

    @property
    def blocked(self) -> int:
        """Addresses shut out now."""
        return len(self._blocked)

    def _on_failure(self, event: Mapping[str, Any]) -> None:
        where = addresses.parse(event.get("RemoteAddress", ""))
        if event.get("Service") != "PJSIP" or where is None:
            return
        self.failures += 1
        account = event.get("AccountID", "")
        if self._watch.failed(where[1], account, time.monotonic()) and not self._suspects.full():
            self._suspects.put_nowait((where[1], account))

    async def run(self) -> None:
        """Judge suspects and end blocks until cancelled."""
        self._fixed = await asyncio.to_thread(addresses.fixed, self._settings)
        remember = 0.0
        while True:
            try:
                async with asyncio.timeout(CHECK_S):
                    await self._judge(*await self._suspects.get())
            except TimeoutError:
                pass
            except AmiError as error:
                log.warning("guard_waits", error=str(error))
            await self._end_blocks()
            if time.monotonic() >= remember and self._link.up.is_set():
                remember = time.monotonic() + REMEMBER_S
                await self._remember()

    async def _remember(self) -> None:
        """Note from where devices are registered, so that a power cut does not make their address a stranger's."""
        try:
            if not self._known:
                for item in await self._link.listing("DBGetTree", Family=KNOWN_FAMILY):
                    self._known[item["Key"].removeprefix(f"/{KNOWN_FAMILY}/")] = float(item["Val"] or 0)
            now = time.time()
            for address in await self._registered():
                if now - self._known.get(address, 0.0) > KNOWN_AGAIN_S:
                    await self._link.action("DBPut", Family=KNOWN_FAMILY, Key=address, Val=str(int(now)))
                    self._known[address] = now
        except (AmiError, ValueError, KeyError) as error:
            log.warning("guard_remembers_nothing", error=str(error))

    async def _registered(self) -> set[str]:
        return addresses.of_contacts(await self._link.listing("DBGetTree", Family=CONTACTS))

    async def _judge(self, address: str, account: str) -> None:
        if address in self._blocked:
            return
        ours = (
            addresses.contained(address, self._fixed)
            or time.time() - self._known.get(address, 0.0) < KNOWN_FOR_S
            or address in await self._registered()
        )
        seconds = 0.0
        if ours or len(self._blocked) >= MAX_BLOCKS:
            self.spared += 1
        else:
            seconds = self._watch.block(address, time.monotonic())
            self.blocks += 1
            self._blocked[address] = time.monotonic() + seconds
            heapq.heappush(self._ends, (self._blocked[address], address))
            await self._write()
        log.warning("sip_scanner", address=address, account=account, blocked_s=seconds, ours=ours)
        try:
            await asyncio.to_thread(self._report, address, account, seconds)
        except SQLAlchemyError as error:
            log.warning("guard_report_failed", error=type(error).__name__)

    def _report(self, address: str, account: str, seconds: float) -> None:
        now = datetime.now(UTC)
        until = (now + timedelta(seconds=seconds)).isoformat() if seconds else None
        told = {"address": address, "account": account[:64], "blocked_until": until, "node": self._settings.node}
        with session_scope(self._engine) as session:
            actor = Actor(ActorKind.STRANGER, account, address=address)
            note(session, "sip.blocked" if seconds else "sip.scanned", at=now, detail=told, actor=actor)
            append_live_event(session, "sip.scanned", now, About(payload=told))

    async def _end_blocks(self) -> None:
        now, ended = time.monotonic(), False
        while self._ends and self._ends[0][0] <= now:
            del self._blocked[heapq.heappop(self._ends)[1]]
            ended = True
        if ended:
            await self._write()

    async def _write(self) -> None:
        """Write the list and have it read."""
        await asyncio.to_thread(write_acl, self._settings, sorted(self._blocked))
        if self._link.up.is_set():
            try:
                await self._link.action("Reload", Module="acl")
            except AmiError as error:
                log.warning("acl_not_reloaded", acl=BLOCKED_ACL, error=str(error))
