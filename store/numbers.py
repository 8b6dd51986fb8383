"""Incident numbers: the day in Asia/Shanghai and a count, `20261122-0001`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from store.models.incidents import IncidentDay
from store.session import notes

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_TURNS: Final = "turns_taken"


def day_of(at: datetime) -> date:
    """Day of a moment, as people at the lift reckon it."""
    return at.astimezone(SHANGHAI).date()


def take_turn(session: Session, at: datetime) -> None:
    """Wait for other openings of the day to end, and make later ones wait for this transaction.

    The lock is the day's row; on SQLite every writing transaction has its turn anyway.
    """
    day = day_of(at)
    taken: set[date] = notes(session).setdefault(_TURNS, set())
    if day in taken or session.get_bind().dialect.name == "sqlite":
        return
    taken.add(day)
    session.execute(postgresql.insert(IncidentDay).values(day=day, last=0).on_conflict_do_nothing())
    session.execute(select(IncidentDay.last).where(IncidentDay.day == day).with_for_update())


def next_number(session: Session, at: datetime) -> str:
    """Give the next number of the day of `at`.

    The day's row stays locked until the transaction ends: numbers are unique, and without gaps where
    transactions succeed. After 9999 the count goes on with five digits.
    """
    day = day_of(at)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(IncidentDay)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=[IncidentDay.day], set_={"last": IncidentDay.last + 1})
        .returning(IncidentDay.last)
    )
    # Whatever waits to be written has nothing to do with the day's row.
    last = session.execute(statement, execution_options={"autoflush": False}).scalar_one()
    return f"{day:%Y%m%d}-{last:04d}"
