"""Follows the event table for all clients of this process, and wakes them when it grows.

The table is the source. Redis, when it lives, says only "look now"; when it is dead the table is polled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.events.records import Bounds, Event, read_after, read_bounds
from api.events.tail import Tail
from api.events.wakeup import Wakeup
from api.kit.limits import ApiLimits

_log = structlog.get_logger("liftline.api")

BATCH = 200
"""Events read at once."""

DATABASE_PAUSE = 1.0
"""Seconds between attempts while the database is away; clients stay connected meanwhile."""


class EventHub:
    """One per application; runs in the server's event loop."""

    def __init__(self, engine: Engine, redis_url: str | None, limits: ApiLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._tail: Tail | None = None
        self._look = asyncio.Event()
        self._grown = asyncio.Event()
        self._wakeup = Wakeup(redis_url, self._look.set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.clients = 0
        """Open streams."""

    async def start(self) -> None:
        """Begin to follow the table."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._wakeup.run())]

    async def stop(self) -> None:
        """Stop following; open streams end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._announce()

    @property
    def running(self) -> bool:
        """Whether the table is being followed."""
        return bool(self._tasks)

    def nudge(self) -> None:
        """Look at the table now; may be called from any thread."""
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._look.set)

    async def bounds(self) -> Bounds:
        """Return the oldest and newest id of the table."""
        return await asyncio.to_thread(read_bounds, self._engine)

    async def beyond(self, after: int) -> Sequence[Event]:
        """Return the next events beyond an id, from memory where possible."""
        if self._tail is not None and self._tail.covers(after):
            return self._tail.beyond(after, BATCH)
        return await asyncio.to_thread(read_after, self._engine, after, BATCH)

    async def wait(self, after: int, seconds: float) -> None:
        """Return when there may be an event beyond the id, at the latest after `seconds`."""
        grown = self._grown
        if self._tail is None or self._tail.newest <= after:
            try:
                await asyncio.wait_for(grown.wait(), seconds)
            except TimeoutError:
                return

    async def _follow(self) -> None:
        while True:
            self._look.clear()
            try:
                full = await self._read()
            except SQLAlchemyError as error:
                _log.warning("event_table_unreachable", error=type(error).__name__)
                await asyncio.sleep(DATABASE_PAUSE)
                continue
            if not full:
                await self._pause()

    async def _read(self) -> bool:
        if self._tail is None:
            newest = (await self.bounds()).newest
            self._tail = Tail(newest, self._limits.event_tail)
            self._announce()
        events = await asyncio.to_thread(read_after, self._engine, self._tail.newest, BATCH)
        if events:
            self._tail.extend(events)
            self._announce()
        return len(events) == BATCH

    async def _pause(self) -> None:
        limits = self._limits
        seconds = limits.event_idle_poll_seconds if self._wakeup.alive else limits.event_poll_seconds
        try:
            await asyncio.wait_for(self._look.wait(), seconds)
        except TimeoutError:
            return

    def _announce(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
