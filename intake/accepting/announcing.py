"""Tells Redis what was accepted: when each device was last heard, and that there is something to follow.

Nothing depends on it. What waits is one moment a device, however much comes; with Redis dead it is dropped.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Final

import structlog
from redis import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.accepting.rows import Row

log = structlog.get_logger(__name__)

SEEN_KEY: Final = "liftline:seen"
"""Sorted set: device code → milliseconds since 1970 at which it was last heard."""
ACCEPTED_STREAM: Final = "liftline:accepted"
"""Wakes those who follow accepted events; `last` is the newest id."""
_KEPT: Final = 100
_TIMEOUT_S: Final = 1.0
_RETRY_S: Final = 2.0
_STOP_S: Final = 3.0


class Announcer:
    """A thread of its own, so that nobody who stores events waits for Redis.

    Args:
        url: Redis URL; None: there is none.
    """

    def __init__(self, url: str | None) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S) if url else None
        self._seen: dict[str, int] = {}
        self._newest = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to announce."""
        if self._redis is not None:
            self._thread = threading.Thread(target=self._run, name="event-announcer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)
        if self._redis is not None:
            self._redis.close()

    def note(self, rows: Sequence[Row], newest: int) -> None:
        """Announce rows that were stored; returns at once."""
        if self._redis is None:
            return
        with self._lock:
            for row in rows:
                if row.received_ms > self._seen.get(row.device_code, 0):
                    self._seen[row.device_code] = row.received_ms
            self._newest = max(self._newest, newest)
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                seen, self._seen = self._seen, {}
                newest = self._newest
            if seen and not self._send(seen, newest):
                time.sleep(_RETRY_S)

    def _send(self, seen: dict[str, int], newest: int) -> bool:
        assert self._redis is not None  # noqa: S101 - for the type checker
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.zadd(SEEN_KEY, dict(seen), gt=True)
                pipe.xadd(ACCEPTED_STREAM, {"last": newest}, maxlen=_KEPT, approximate=True)
                pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("redis_unreachable", error=type(error).__name__)
            with contextlib.suppress(RedisError, OSError):
                self._redis.connection_pool.disconnect()
            return False
        return True
