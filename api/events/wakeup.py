"""Listens on the Redis stream that says "the event table has grown"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = structlog.get_logger("liftline.api")

STREAM = "liftline:events"
BLOCK_MS = 5000
TIMEOUT = BLOCK_MS / 1000 + 3
RETRY = 2.0


class Wakeup:
    """Calls `wake` for each batch of entries; reconnects for ever; `alive` says whether it listens."""

    def __init__(self, url: str | None, wake: Callable[[], None]) -> None:
        self._url = url
        self._wake = wake
        self.alive = False

    async def run(self) -> None:
        """Listen until cancelled."""
        while self._url is not None:
            try:
                await self._listen(self._url)
            except (RedisError, OSError, TimeoutError) as error:
                if self.alive:
                    _log.warning("event_wakeup_lost", error=type(error).__name__)
                self.alive = False
                self._wake()
            await asyncio.sleep(RETRY)

    async def _listen(self, url: str) -> None:
        async with Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=1.0) as client:
            last: Any = "$"
            await client.ping()
            self.alive = True
            while True:
                answer = cast("list[Any] | None", await client.xread({STREAM: last}, count=1000, block=BLOCK_MS))
                for _stream, entries in answer or []:
                    last = entries[-1][0]
                    self._wake()
