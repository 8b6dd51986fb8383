"""Bounds on log-in attempts: per account and address, per account, per address.

The pair is tight and the account alone is loose, so that a stranger cannot lock an operator out of
the console by guessing at the operator's account. Counted in Redis; when that is dead, in this
process's memory.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

T = TypeVar("T")

_log = structlog.get_logger("liftline.api")

PAIR, ACCOUNT, ADDRESS = "pair", "account", "address"

RULES = {
    PAIR: parse("5 per 5 minutes"),
    ACCOUNT: parse("50 per 5 minutes"),
    ADDRESS: parse("60 per 5 minutes"),
}
"""Attempts allowed for each key; a successful log-in clears the pair and the account."""

REDIS_TIMEOUT = 0.3
REDIS_PAUSE = 10.0
"""Seconds for which Redis is left alone after it failed."""


class LoginThrottle:
    """Counts attempts before the password is looked at, so that parallel guesses count too."""

    def __init__(self, redis_url: str | None) -> None:
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        self._redis_url = redis_url
        self._redis: FixedWindowRateLimiter | None = None
        self._redis_dead_until = 0.0 if redis_url else float("inf")

    def attempt(self, login: str, address: str) -> int | None:
        """Count one attempt; return the seconds to wait when it is one too many, else none."""
        waits = [self._hit(rule, key) for rule, key in self._keys(login, address)]
        return max((wait for wait in waits if wait is not None), default=None)

    def forgive(self, login: str, address: str) -> None:
        """Forget the attempts that a successful log-in ends; those of the address stay."""
        for rule, key in self._keys(login, address):
            if not key.startswith(ADDRESS):
                self._counted(partial(_clear, rule=rule, key=key))

    def _keys(self, login: str, address: str) -> list[tuple[RateLimitItem, str]]:
        account = hashlib.sha256(login.strip().lower().encode()).hexdigest()[:32]
        keys = {PAIR: f"{account}/{address}", ACCOUNT: account, ADDRESS: address}
        return [(RULES[name], f"{name}:{key}") for name, key in keys.items()]

    def _hit(self, rule: RateLimitItem, key: str) -> int | None:
        def count(limiter: FixedWindowRateLimiter) -> int | None:
            if limiter.hit(rule, "login", key):
                return None
            return max(1, round(limiter.get_window_stats(rule, "login", key).reset_time - time.time()))

        return self._counted(count)

    def _counted(self, work: Callable[[FixedWindowRateLimiter], T]) -> T:
        limiter = self._alive()
        if limiter is not None:
            try:
                return work(limiter)
            except RedisError as error:
                self._redis_dead_until = time.monotonic() + REDIS_PAUSE
                _log.warning("login_throttle_in_memory", error=type(error).__name__)
        return work(self._memory)

    def _alive(self) -> FixedWindowRateLimiter | None:
        if time.monotonic() < self._redis_dead_until or self._redis_url is None:
            return None
        if self._redis is None:
            storage = RedisStorage(
                self._redis_url,
                key_prefix="liftline:limits",
                socket_timeout=REDIS_TIMEOUT,
                socket_connect_timeout=REDIS_TIMEOUT,
            )
            self._redis = FixedWindowRateLimiter(storage)
        return self._redis


def _clear(limiter: FixedWindowRateLimiter, *, rule: RateLimitItem, key: str) -> None:
    limiter.clear(rule, "login", key)
