"""Redis, as far as the record plane needs it: to wake those who wait, and to show the state of now.

Nothing depends on it. The truth is in the database; when Redis is dead, what would be published is left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = structlog.get_logger(__name__)

EVENTS_STREAM = "liftline:events"
EVENTS_KEPT = 1000
"""The stream wakes, it does not keep: whoever was away reads `live_events`."""
HEALTH_KEY = "liftline:health"
METRICS_KEY = "liftline:metrics"
METRICS_TTL_S = 30
REGISTERED_KEYS = ("liftline:registered", "liftline:cabins")
ESTATE_CHANNEL = "liftline:estate"
_TIMEOUT_S = 1.0
_RETRY_S = 2.0


class Publisher:
    """Publishes with a time-out of one second, and pauses after a failure.

    Args:
        url: Redis URL.
    """

    def __init__(self, url: str) -> None:
        self._redis: Any = Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
        self._quiet_until = 0.0
        self.up = False

    async def close(self) -> None:
        """Close the connections."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    async def wake(self, last_id: int) -> None:
        """Tell all who follow live events that there are events up to `last_id`."""
        fields = {"last": str(last_id)}
        await self._send(lambda pipe: pipe.xadd(EVENTS_STREAM, fields, maxlen=EVENTS_KEPT, approximate=True))

    async def health(self, components: Mapping[str, Mapping[str, object]], metrics: Mapping[str, float]) -> None:
        """Publish each component's report and the numbers."""

        def fill(pipe: Any) -> None:  # noqa: ANN401 - redis has no usable types here
            pipe.hset(HEALTH_KEY, mapping={name: json.dumps(report) for name, report in components.items()})
            pipe.set(METRICS_KEY, json.dumps(dict(metrics)), ex=METRICS_TTL_S)

        await self._send(fill)

    async def registered(self, accounts: Mapping[str, str]) -> bool:
        """Publish registrations; return whether they arrived."""
        if not accounts:
            return self.up

        def fill(pipe: Any) -> None:  # noqa: ANN401 - redis has no usable types here
            for key in REGISTERED_KEYS:
                pipe.hset(key, mapping=dict(accounts))

        return await self._send(fill)

    async def _send(self, fill: Callable[[Any], object]) -> bool:
        if time.monotonic() < self._quiet_until:
            return False
        try:
            pipe = self._redis.pipeline(transaction=False)
            fill(pipe)
            await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            if self.up or not self._quiet_until:
                log.warning("redis_unreachable", error=f"{type(error).__name__}: {error}"[:200])
            self._quiet_until = time.monotonic() + _RETRY_S
            self.up = False
            return False
        self.up = True
        return True

    async def follow_estate(self, changed: Callable[[], None]) -> None:
        """Call `changed` for each message that the base data changed, until cancelled."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(ESTATE_CHANNEL)
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=_TIMEOUT_S / 2)
                        if message is not None:
                            changed()
            except (RedisError, OSError, TimeoutError):
                await asyncio.sleep(_RETRY_S)
