"""Book-keeping of an import: what is stored, what the file adds, and what does not fit.

Nothing is written here. Rows of the file become changes of loaded rows and new rows that no session knows yet; the
caller flushes them, or lets go of them in a dry run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.estate.problems import Count, Report, Text
from store.estate.reading import Record
from store.models import Base, Lift, Organization, Person, Phone

Row = TypeVar("Row", bound=Base)


@dataclass(slots=True)
class Merge:
    """State of one import."""

    session: Session
    report: Report
    new: list[Base] = field(default_factory=list)
    organizations: dict[str, Organization | None] = field(default_factory=dict)
    """By name; None for one that is wrong in the file, so that rows naming it are not wrong for that."""
    people: dict[tuple[str, str], Person | None] = field(default_factory=dict)
    """By organization's name and own name."""
    phones: dict[str, Phone | None] = field(default_factory=dict)
    """By address."""
    owners: dict[str, str] = field(default_factory=dict)
    """SIP account or number → phone or device code that has it; phones and cabins share one name space."""

    def load(self) -> None:
        """Load what later rows may name. The few thousand organizations and people of a city fit into memory."""
        self.organizations |= {row.name: row for row in self.session.scalars(select(Organization))}
        names = {row.id: row.name for row in self.organizations.values() if row is not None}
        for person in self.session.scalars(select(Person)):
            self.people[names[person.organization_id], person.name] = person
        self.phones |= {row.address: row for row in self.session.scalars(select(Phone))}
        self.owners |= {address: f"电话 phone {address}" for address in self.phones}
        cabins = self.session.execute(select(Lift.cabin_address, Lift.device_code))
        self.owners |= {address: f"电梯 lift {code}" for address, code in cabins}

    def count(self, table: str) -> Count:
        """Counter of a table."""
        return self.report.counts.setdefault(table, Count())

    def wrong(self, record: Record, column: str, chinese: str, english: str) -> None:
        """Report a value that does not fit."""
        record.sound = False
        reason: Text = (chinese, english)
        self.report.add(record.problem(column, reason))

    def once(self, records: Iterable[Record], *key: str) -> Iterator[Record]:
        """Give each record, reporting those whose key stood in the file before."""
        first: dict[tuple[Any, ...], Record] = {}
        for record in records:
            if all(name in record.values for name in key):
                before = first.setdefault(tuple(record.values[name] for name in key), record)
                if before is not record:
                    place = f"{before.sheet}:{before.row}"
                    self.wrong(record, key[-1], f"与 {place} 行重复", f"the same as row {place}")
            yield record

    def organization(self, record: Record, column: str) -> Organization | None:
        """Organization that a record names; reports one that is unknown."""
        name = record.values.get(column)
        if name is None:
            return None
        if name not in self.organizations:
            self.wrong(
                record,
                column,
                "没有这个单位，请先在“单位”表中添加",
                "no such organization: add it to the table of organizations",
            )
        return self.organizations.get(name)

    def store(self, table: str, row: Row | None, make: Callable[[], Row], values: dict[str, Any]) -> Row:
        """Change the stored row, or make a new one; give the one that will stand."""
        if row is None:
            made = make()
            for name, value in values.items():
                setattr(made, name, value)
            self.new.append(made)
            self.count(table).created += 1
            return made
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in changed.items():
            setattr(row, name, value)
        if changed:
            self.count(table).updated += 1
        else:
            self.count(table).unchanged += 1
        return row


class Unique:
    """Who has which value of a unique column, in the database and in the file so far.

    A value that a row of the file gives up stays taken in this import: the database would see both rows at once.
    """

    def __init__(self, owners: dict[str, str]) -> None:
        self.owners = owners

    def claim(self, merge: Merge, record: Record, column: str, owner: str) -> None:
        """Claim a record's value for an owner; reports one that is taken."""
        value = record.values.get(column)
        if value is None:
            return
        holder = self.owners.setdefault(value, owner)
        if holder != owner:
            merge.wrong(record, column, f"已被 {holder} 使用", f"already used by {holder}")
