"""When a device counts as off line, and what of its history a new sign of life completes. Pure.

The rule (notice, annex 1 section 七): nothing was heard for longer than agreed. Silence of ours does not count: while
events could not come in, nobody is judged, and the time begins anew afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

GRACE_SHARE: Final = 0.25
GRACE_LEAST_S: Final = 10
"""A heartbeat may be late by a quarter of its interval, and by this much at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a device's history."""

    online: bool
    at: datetime


def allowed(agreed_s: int | None, told_s: int | None, default_s: int) -> timedelta:
    """Longest silence: as agreed, else the interval the device tells with some grace, else the default."""
    if agreed_s is not None:
        return timedelta(seconds=agreed_s)
    if told_s is not None:
        return timedelta(seconds=told_s + max(GRACE_LEAST_S, told_s * GRACE_SHARE))
    return timedelta(seconds=default_s)


def due(seen: datetime, silence: timedelta, listening_since: datetime) -> datetime:
    """When a device is off line unless it is heard again."""
    return max(seen, listening_since) + silence


def heard(
    online: bool | None,  # noqa: FBT001 - a state, not an option
    seen: datetime | None,
    moments: list[datetime],
    silence: timedelta,
    listening_since: datetime,
) -> list[Step]:
    """Give the lines that signs of life add to a device's history.

    Args:
        online: whether it was on line; None: it was never heard.
        seen: when it was heard last.
        moments: when it was heard now, in order, at least one.
        silence: longest silence.
        listening_since: since when events could come in without a break.
    """
    steps = []
    for moment in moments:
        if online and seen is not None and moment > due(seen, silence, listening_since):
            # Nobody had noticed yet, because the events between were looked at together.
            steps.append(Step(online=False, at=seen))
            online = False
        if not online:
            steps.append(Step(online=True, at=moment))
            online = True
        seen = moment if seen is None else max(seen, moment)
    return steps
