"""Who is on duty when, and what the call plane must know of it ahead of time.

A gap in an organization's rota does not mean that nobody is called: then all its active phones ring.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from escalation.plan import MOST_TARGETS
from escalation.steps import join_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from escalation.plan import Target

DAYS_AHEAD: Final = 14
"""How far ahead duty is pushed: the call plane goes on that long without the record plane."""

DAY_S: Final = 86_400
MOST_SLOTS: Final = 150
"""Largest number of slots in one day: their seconds have to go into one AstDB value."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One phone on duty from `starts_at` (included) to `ends_at` (excluded)."""

    organization_id: int
    phone: Target
    starts_at: datetime
    ends_at: datetime
    position: int = 1
    """Of phones on duty at once, the lower is called first."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Who is on duty from a moment until the next slot's."""

    starts_at: datetime
    targets: tuple[Target, ...]


def on_duty(shifts: Iterable[Shift], organization_id: int, now: datetime) -> tuple[Target, ...]:
    """Phones of an organization that are on duty at `now`, each once, in calling order; empty in a gap."""
    current = [
        shift for shift in shifts if shift.organization_id == organization_id and shift.starts_at <= now < shift.ends_at
    ]
    current.sort(key=lambda shift: (shift.position, shift.starts_at, shift.phone.address))
    return tuple({shift.phone.address: shift.phone for shift in current}.values())


def to_call(
    shifts: Iterable[Shift], organization_id: int, everyone: Sequence[Target], now: datetime
) -> tuple[Target, ...]:
    """Phones that an alarm at `now` rings: those on duty, or in a gap all of the organization's."""
    return (on_duty(shifts, organization_id, now) or tuple(everyone))[:MOST_TARGETS]


def slots(
    shifts: Iterable[Shift],
    organization_id: int,
    everyone: Sequence[Target],
    since: datetime,
    days: int = DAYS_AHEAD,
) -> tuple[Slot, ...]:
    """Who is to be called from `since` on, for `days` days; equal neighbours are one slot.

    The last slot falls back to everyone: when the record plane stays away for longer than the rota was pushed,
    the last shift must not be called for ever.
    """
    until = since + timedelta(days=days)
    own = [
        shift
        for shift in shifts
        if shift.organization_id == organization_id and shift.ends_at > since and shift.starts_at < until
    ]
    edges = {since} | {edge for shift in own for edge in (shift.starts_at, shift.ends_at) if since < edge < until}
    found: list[Slot] = []
    for edge in sorted(edges):
        _extend(found, Slot(edge, to_call(own, organization_id, everyone, edge)))
    _extend(found, Slot(until, tuple(everyone[:MOST_TARGETS])))
    return tuple(found)


def gaps(
    shifts: Iterable[Shift], organization_id: int, since: datetime, days: int = DAYS_AHEAD
) -> tuple[tuple[datetime, datetime], ...]:
    """Times without anybody on duty, as (start, end), for the people who keep the rota."""
    until = since + timedelta(days=days)
    own = sorted((s for s in shifts if s.organization_id == organization_id), key=lambda s: s.starts_at)
    found: list[tuple[datetime, datetime]] = []
    covered = since
    for shift in own:
        if shift.starts_at > covered:
            found.append((covered, min(shift.starts_at, until)))
        covered = max(covered, shift.ends_at)
        if covered >= until:
            return tuple(found)
    return (*found, (covered, until))


def duty_days(planned: Sequence[Slot], everyone: Sequence[Target], until: datetime) -> dict[int, dict[int, str]]:
    """Give slots day by day: number of the UTC day since 1970 → second of the day → targets in AstDB notation.

    Each day stands for itself: it begins, at second 0, with who is on duty then. The days end before `until`, the
    beginning of a day. A day of more than `MOST_SLOTS` slots ends with everyone.
    """
    starts = [int(slot.starts_at.timestamp()) for slot in planned]
    ends = [*starts[1:], int(until.timestamp())]
    days: dict[int, dict[int, str]] = {}
    for slot, start, end in zip(planned, starts, ends, strict=True):
        for day in range(start // DAY_S, (end - 1) // DAY_S + 1):
            table = days.setdefault(day, {})
            targets = slot.targets if len(table) < MOST_SLOTS - 1 else tuple(everyone[:MOST_TARGETS])
            if len(table) < MOST_SLOTS:
                table[max(0, start - day * DAY_S)] = join_targets(targets)
    return days


def _extend(found: list[Slot], slot: Slot) -> None:
    if not found or found[-1].targets != slot.targets:
        found.append(slot)
