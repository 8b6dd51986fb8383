"""Polling with a deadline: tests never sleep for a fixed time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
POLL_S = 0.1


def until(condition: Callable[[], T], within: float, what: str) -> T:
    """Return the first truthy value of `condition`; fail, naming `what`, when there is none `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            message = f"waited {within:g} s until {what}; last value: {value!r}"
            raise AssertionError(message)
        time.sleep(POLL_S)
