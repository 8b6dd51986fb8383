"""What Redis shows of lifts and of this process. Nothing depends on it: with Redis dead the API reads the database."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from redis import Redis
from redis.exceptions import RedisError

from intake.accepting.announcing import ACCEPTED_STREAM

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

log = structlog.get_logger(__name__)

LIVE_KEY: Final = "liftline:live"
"""Hash: device code → JSON of the lift's live state."""
EVENTS_STREAM: Final = "liftline:events"
"""Wakes those who follow live events."""
CABINS_KEY: Final = "liftline:cabins"
"""Hash of the record process: SIP account → JSON of its registration."""
HEALTH_KEY: Final = "liftline:health"
METRICS_KEY: Final = "liftline:metrics.sensing"
_METRICS_TTL_S: Final = 60
_EVENTS_KEPT: Final = 1000
_TIMEOUT_S: Final = 1.0
_RETRY_S: Final = 2.0
_BLOCK_MS: Final = 500


class Published:
    """Writes with a time-out, and pauses after a failure.

    Args:
        url: Redis URL; None: there is none.
    """

    def __init__(self, url: str | None) -> None:
        self._redis: Any = (
            Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S) if url else None
        )
        self._quiet_until = 0.0
        self.complete = False
        """Whether Redis has everything that was written since it came up; when not, all is to be written anew."""

    def live(self, pictures: Mapping[str, Mapping[str, Any]]) -> bool:
        """Show lifts; return whether it arrived."""
        if not pictures:
            return True
        fields = {code: orjson.dumps(one) for code, one in pictures.items()}
        arrived = self._send(lambda pipe: pipe.hset(LIVE_KEY, mapping=fields))
        self.complete = self.complete and arrived
        return arrived

    def wake(self, newest: int) -> None:
        """Tell those who follow live events that there are more."""
        self._send(lambda pipe: pipe.xadd(EVENTS_STREAM, {"last": newest}, maxlen=_EVENTS_KEPT, approximate=True))

    def health(self, report: Mapping[str, object], numbers: Mapping[str, float]) -> None:
        """Show how this process is."""

        def fill(pipe: Any) -> None:  # noqa: ANN401 - redis has no usable types here
            pipe.hset(HEALTH_KEY, "sensing", orjson.dumps(dict(report)))
            pipe.set(METRICS_KEY, orjson.dumps(dict(numbers)), ex=_METRICS_TTL_S)

        self._send(fill)

    def cabins(self) -> dict[str, bool] | None:
        """Which cabin phones are registered; None when that is not known."""
        if self._redis is None or time.monotonic() < self._quiet_until:
            return None
        try:
            found = self._redis.hgetall(CABINS_KEY)
            return {account.decode(): bool(orjson.loads(text).get("online")) for account, text in found.items()}
        except (RedisError, OSError, ValueError, AttributeError):
            return None

    def close(self) -> None:
        """Close the connections."""
        if self._redis is not None:
            self._redis.close()

    def follow(self, wake: Callable[[], object], stop: threading.Event) -> None:
        """Call `wake` whenever events were accepted, until `stop` is set."""
        last: Any = "$"
        while self._redis is not None and not stop.is_set():
            try:
                for _stream, entries in self._redis.xread({ACCEPTED_STREAM: last}, count=100, block=_BLOCK_MS) or []:
                    last = entries[-1][0]
                    wake()
            except (RedisError, OSError):
                last = "$"
                stop.wait(_RETRY_S)

    def _send(self, fill: Callable[[Any], object]) -> bool:
        if self._redis is None or time.monotonic() < self._quiet_until:
            return False
        try:
            pipe = self._redis.pipeline(transaction=False)
            fill(pipe)
            pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("redis_unreachable", error=type(error).__name__)
            self._quiet_until = time.monotonic() + _RETRY_S
            self.complete = False
            return False
        return True
