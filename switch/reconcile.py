"""Finds alarms that a crash of the switch cut off, says so, and sees that each goes on exactly once.

A restarted Asterisk takes up by itself what its AstDB says was running. A press in the last second before the
crash may not have reached that database's disk; it did reach the journal. So, once Asterisk has had its time, the
calls which the journal began and never ended, which nobody resumed and of which no channel lives, are handed to
the same dialplan entry.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import Context, Family
from switch.ami.channels import live_channels, originate
from switch.ami.link import AmiError, AmiRefusedError
from switch.unfinished import note_interrupted, unfinished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Engine

    from switch.ami.channels import Channel
    from switch.ami.link import AmiLink
    from switch.unfinished import Unfinished

log = structlog.get_logger(__name__)

GRACE_S = 4.0
"""So long a booted Asterisk may take to resume by itself."""
EVERY_S = 30.0
_UNIQUE_ID = re.compile(r"(.+-)(\d+)\.(\d+)")


def gone(calls: Iterable[Unfinished], channels: Iterable[Channel]) -> list[Unfinished]:
    """Return the calls of which no channel lives. A bridged call may live on under another linked id."""
    live = {name for channel in channels for name in (channel.call_id, channel.channel_id)}
    live |= {channel.variables.get("LL_CALL", "") for channel in channels}
    return [call for call in calls if call.call_id not in live]


def resuming(calls: Iterable[Unfinished], channels: Iterable[Channel]) -> set[str]:
    """Return the call ids that the dialplan is calling back at this moment."""
    names = [channel.name for channel in channels if channel.local]
    return {
        call.call_id
        for call in calls
        if any(name.startswith(f"Local/{call.call_id}@{Context.RESUME}") for name in names)
    }


def resume_channel_id(call_id: str) -> str:
    """Return the channel id of the call that resumes this one: always the same, so the switch refuses a twin."""
    match = _UNIQUE_ID.fullmatch(call_id)
    return f"{match[1]}{match[2]}.9{match[3]:0>8}" if match else f"{call_id}.9"


class Reconciler:
    """Compares the database's running calls with the switch's channels.

    Args:
        engine: the database.
        link: AMI of the switch.
        node: name of the switch node.
        caught_up: whether the collector has stored all of the journal; before that nothing is concluded.
    """

    def __init__(self, engine: Engine, link: AmiLink, node: str, caught_up: Callable[[], bool]) -> None:
        self._engine = engine
        self._link = link
        self._node = node
        self._caught_up = caught_up
        self._wake = asyncio.Event()
        self.interrupted = 0
        self.resumed = 0
        link.on_up(self._on_up)

    async def _on_up(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Reconcile after each return of the switch, and every half minute."""
        while True:
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self._link.up.wait()
            try:
                await self._reconcile()
            except (SQLAlchemyError, AmiError, OSError) as error:
                log.warning("reconcile_waits", error=f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(1)
                self._wake.set()

    async def _reconcile(self) -> None:
        lost = await self._lost()
        if not lost:
            return
        # What began or ended while we were asking, and what Asterisk takes up by itself, shows after its grace.
        await asyncio.sleep(GRACE_S)
        before = {call.call_id for call in lost}
        lost = [call for call in await self._lost() if call.call_id in before]
        for call in [call for call in lost if call.alarm and call.open and not call.resumed]:
            await self._resume(call)
        self.interrupted += await asyncio.to_thread(note_interrupted, self._engine, lost, datetime.now(UTC))

    async def _lost(self) -> list[Unfinished]:
        """Return the unfinished calls without a channel, once the journal is stored as far as it goes."""
        channels = await live_channels(self._link)
        while not self._caught_up():  # noqa: ASYNC110 - the collector is a thread
            await asyncio.sleep(0.1)
        calls = await asyncio.to_thread(unfinished, self._engine, self._node, datetime.now(UTC))
        return gone(calls, channels)

    async def _resume(self, call: Unfinished) -> None:
        """Hand the alarm to the dialplan unless it is being resumed: `ll-resume` claims it, so only one gets it."""
        if call.call_id in resuming([call], await live_channels(self._link)):
            return
        entries = await self._active()
        if call.call_id not in entries:
            await self._link.action("DBPut", Family=Family.ACTIVE.value, Key=call.call_id, Val=call.active_entry())
        try:
            made = await originate(
                self._link,
                f"Local/{call.call_id}@{Context.RESUME}/n",
                resume_channel_id(call.call_id),
                Application="Wait",
                Data="86400",
            )
        except AmiRefusedError as error:
            log.warning("resume_refused", call=call.call_id, error=str(error))
            return
        self.resumed += made
        log.warning("alarm_resumed", call=call.call_id, made=made)

    async def _active(self) -> set[str]:
        items = await self._link.listing("DBGetTree", Family=Family.ACTIVE.value)
        return {item["Key"].rpartition("/")[2] for item in items}
