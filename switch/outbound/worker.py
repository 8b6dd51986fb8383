"""The part of the record process that makes calls because of what sensors saw.

Each call is written down with its channel id, then marked as being tried, then made. A crash at any point leaves
either a call that was never tried, which is made, or one of which nobody knows: then the switch's channels and the
journal are asked first. So none is lost, and none is made twice.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import Context
from switch.ami.channels import live_channels
from switch.ami.link import AmiError, AmiRefusedError
from switch.outbound import rows
from switch.outbound.placing import Placement, end, place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

POLL_S: Final = 0.25
LOOK_S: Final = 2.0
AILING_S: Final = 1.0
"""Pause after the database or the switch failed."""


class Outbound:
    """Takes intents on and makes their calls.

    Args:
        engine: the database.
        link: AMI of the switch.
        node: name of the switch node.
        caught_up: whether the collector has stored all of the journal; before that nothing is concluded from it.
    """

    def __init__(self, engine: Engine, link: AmiLink, node: str, caught_up: Callable[[], bool]) -> None:
        self._engine = engine
        self._link = link
        self._node = node
        self._caught_up = caught_up
        self._look_at = 0.0
        self.made = 0
        self.refused = 0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._link.up.wait()
            try:
                await self._step()
            except (SQLAlchemyError, AmiError, OSError) as error:
                log.warning("outbound_waits", error=f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(AILING_S)
            await asyncio.sleep(POLL_S)

    async def _step(self) -> None:
        fresh, doubtful = await asyncio.to_thread(rows.due, self._engine, self._node, datetime.now(UTC))
        if doubtful:
            fresh = [*await self._unmade(doubtful), *fresh]
        for call in fresh:
            await self._make(call)
        await self._end_needless()

    async def _end_needless(self) -> None:
        """End alarms that nobody has taken and nobody needs any more; looked at every `LOOK_S`."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_S
        over = await asyncio.to_thread(rows.needless, self._engine)
        if not over:
            return
        for channel in await live_channels(self._link):
            # Of the two sides the one that stands for the passenger; with it the other goes.
            if channel.call_id in over and f"@{Context.SENSED}-" in channel.name and channel.name.endswith(";2"):
                log.info("alarm_needless", call=channel.call_id)
                await end(self._link, channel)

    async def _unmade(self, calls: Sequence[Placement]) -> list[Placement]:
        """Return those that were never made; mark the others."""
        live = {channel.channel_id for channel in await live_channels(self._link)}
        while not self._caught_up():  # noqa: ASYNC110 - the collector is a thread
            await asyncio.sleep(0.1)
        known = live | await asyncio.to_thread(rows.made, self._engine, [call.channel_id for call in calls])
        for call in calls:
            if call.channel_id in known:
                await asyncio.to_thread(rows.placed, self._engine, call.row_id, datetime.now(UTC))
        return [call for call in calls if call.channel_id not in known]

    async def _make(self, call: Placement) -> None:
        await asyncio.to_thread(rows.trying, self._engine, call.row_id, datetime.now(UTC))
        try:
            made = await place(self._link, call)
        except AmiRefusedError as error:
            self.refused += 1
            log.warning("outbound_refused", call=call.channel_id, target=call.target, error=str(error))
            await asyncio.to_thread(rows.failed, self._engine, call.row_id, datetime.now(UTC), str(error))
            return
        if made:  # otherwise it stays in doubt, and is looked at again
            self.made += 1
            await asyncio.to_thread(rows.placed, self._engine, call.row_id, datetime.now(UTC))
            log.info("outbound_made", call=call.channel_id, kind=call.kind.value, target=call.target)
