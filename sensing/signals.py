"""One sensor's reading: what it last said, and what is believed, for a change counts once it has stood for a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sensing.moments import Ms  # noqa: TC001 - read at run time, to bring the state back from JSON

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value that is believed since `since`, and a last reported one that may be on its way to be believed."""

    value: T
    since: Ms
    by: str
    """`gateway/event id` that said so first."""
    raw: T
    raw_since: Ms
    raw_by: str
    seen: Ms
    """When it was last reported, the same value included."""


def report(reading: Reading[T] | None, value: T, at: Ms, by: str) -> Reading[T]:
    """Take a report. The first one is believed at once: there is nothing to hold against it."""
    if reading is None:
        return Reading(value, at, by, value, at, by, at)
    if value == reading.raw:
        return Reading(reading.value, reading.since, reading.by, reading.raw, reading.raw_since, reading.raw_by, at)
    return Reading(reading.value, reading.since, reading.by, value, at, by, at)


def settles_at(reading: Reading[T] | None, delay: Ms) -> Ms | None:
    """Say when the last report will be believed; None when it already is."""
    if reading is None or reading.raw == reading.value:
        return None
    return reading.raw_since + delay


def settled(reading: Reading[T]) -> Reading[T]:
    """Believe the last report, since it came."""
    return replace(reading, value=reading.raw, since=reading.raw_since, by=reading.raw_by)
