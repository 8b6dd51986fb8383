"""Moments inside detection: whole milliseconds since 1970, UTC. Exact, comparable, and small in JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)

Ms = int
"""A moment, or a length of time, in milliseconds."""


def to_ms(at: datetime) -> Ms:
    """Give a moment; it must have a time zone."""
    return (at - _EPOCH) // _MS


def from_ms(at: Ms) -> datetime:
    """Give the moment back, UTC."""
    return _EPOCH + at * _MS


def seconds(value: float) -> Ms:
    """Give a length of time in seconds as milliseconds."""
    return round(value * 1000)
