"""Redis, which may be dead at any time: every read has a time-out and an answer for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

TIMEOUT = 0.3
"""Seconds for one command; the same machine answers within a millisecond."""

PAUSE = 2.0
"""Seconds for which a Redis that failed is left alone, so that a dead one does not slow each request."""

FIELDS_AT_ONCE = 1000
"""So that no single command of a large estate takes longer than `TIMEOUT`."""

T = TypeVar("T")

_log = structlog.get_logger("liftline.api")


def _several(key: str, names: list[str], client: Redis) -> list[str | None]:
    return cast("list[str | None]", client.hmget(key, names))


class RedisLink:
    """A small reading client. Methods return None when Redis is dead."""

    def __init__(self, url: str | None) -> None:
        self._dead_until = 0.0 if url else float("inf")
        self._client: Redis | None = None
        if url:
            self._client = Redis.from_url(
                url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, decode_responses=True, max_connections=64
            )

    @property
    def alive(self) -> bool:
        """Whether the last command was answered, or it is time to try again."""
        return time.monotonic() >= self._dead_until

    def ping(self) -> bool:
        """Return whether Redis answers now; asks even when it was dead a moment ago."""
        if self._client is not None:
            self._dead_until = 0.0
        return bool(self._ask(lambda client: client.ping()))

    def field(self, key: str, name: str) -> str | None:
        """Return one field of a hash."""
        return self._ask(lambda client: cast("str | None", client.hget(key, name)))

    def fields(self, key: str, names: Sequence[str]) -> list[str | None]:
        """Return those fields of a hash, None for each that is not there; `FIELDS_AT_ONCE` in one command."""
        found: list[str | None] = []
        for start in range(0, len(names), FIELDS_AT_ONCE):
            part = list(names[start : start + FIELDS_AT_ONCE])
            found += self._ask(partial(_several, key, part)) or [None] * len(part)
        return found

    def scores(self, key: str, members: Sequence[str]) -> list[float | None] | None:
        """Return members' scores in a sorted set."""
        ask = lambda client: cast("list[float | None]", client.zmscore(key, list(members)))  # noqa: E731
        return self._ask(ask) if members else []

    def hash(self, key: str) -> dict[str, str] | None:
        """Return a hash's fields, empty when there is none."""
        return self._ask(lambda client: cast("dict[str, str]", client.hgetall(key)))

    def text(self, key: str) -> str | None:
        """Return a string value."""
        return self._ask(lambda client: cast("str | None", client.get(key)))

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _ask(self, question: Callable[[Redis], T]) -> T | None:
        if self._client is None or not self.alive:
            return None
        try:
            return question(self._client)
        except RedisError as error:
            self._dead_until = time.monotonic() + PAUSE
            _log.warning("redis_unreachable", error=type(error).__name__)
            return None
