"""What counts as a fact: which rows become leaves of the evidence log, and which of their columns are covered.

A covered column can never change once the fact is complete (triggers refuse it), so its row gives the same canonical
bytes for ever. What is left out may change: the state of an incident, which follows from its nodes, or whether a
recording still lies on the disk.

A column added later to a covered table must be nullable and stay empty in old rows: absent values are no part of the
canonical bytes, so older leaves keep their hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum as PythonEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Enum, Float, Integer, String, Table

from evidence.core.canonical import fact_bytes, json_text, json_value, moment
from store.models import Base, Call, DeviceChange, Incident, LogKey, Media, Node, Recording, RecordingState
from store.models.base import UTCDateTime


@dataclass(frozen=True)
class Fact:
    """One kind of fact."""

    name: str
    """As the leaf names it; at most 16 characters, and never changed."""
    model: type[Base]
    mutable: tuple[str, ...] = ()
    """Columns that are not covered."""
    until: tuple[str, PythonEnum] | None = None
    """Column and value of a row that is no fact yet and may still change; absent: every row is one from the start."""

    @cached_property
    def table(self) -> Table:
        """The table of the rows."""
        table = self.model.__table__
        assert isinstance(table, Table)  # noqa: S101 - a mapped class of ours is one table
        return table

    @property
    def where(self) -> str:
        """SQL condition, on the table alias `t`, that holds for facts alone."""
        return f"t.{self.until[0]} <> '{self.until[1].value}'" if self.until else "1 = 1"

    def complete(self, row: Any) -> bool:  # noqa: ANN401 - an instance of `model`
        """Return whether a row is a fact."""
        return self.until is None or getattr(row, self.until[0]) is not self.until[1]

    @cached_property
    def columns(self) -> tuple[Column[Any], ...]:
        """Covered columns, sorted by name as the canonical form wants them."""
        found = (column for column in self.table.columns if column.name not in self.mutable)
        return tuple(sorted(found, key=lambda column: column.name))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the covered columns."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def _readers(self) -> tuple[tuple[str, Callable[[Any], object]], ...]:
        return tuple((column.key, _plain_of(column)) for column in self.columns)

    @cached_property
    def _texts(self) -> tuple[int, ...]:
        """Places of the columns that come from the database as JSON text."""
        return tuple(i for i, column in enumerate(self.columns) if isinstance(column.type, JSON | Float))

    @cached_property
    def _truths(self) -> tuple[int, ...]:
        return tuple(i for i, column in enumerate(self.columns) if isinstance(column.type, Boolean))

    def bytes_of(self, row: Any) -> bytes:  # noqa: ANN401 - an instance of `model`
        """Return the canonical bytes of a row that the ORM holds."""
        values = (None if (value := getattr(row, key)) is None else plain(value) for key, plain in self._readers)
        return fact_bytes(self.name, self.names, values)

    def bytes_of_values(self, values: Iterable[Any]) -> bytes:
        """Return the canonical bytes of what `select_list` selects."""
        found = list(values)
        for place in self._texts:
            # JSON's null is what the ORM may write for None: both say that there is nothing.
            found[place] = None if found[place] in _NOTHING else json_text(found[place])
        for place in self._truths:
            if found[place] is not None:
                found[place] = bool(found[place])
        return fact_bytes(self.name, self.names, found)

    def select_list(self, dialect: str, existing: frozenset[str] | None = None) -> str:
        """Return the SQL list of the covered columns of alias `t`, in order, in the form `bytes_of_values` takes.

        Args:
            dialect: `sqlite` or `postgresql`.
            existing: where given, columns the table has by now; others are selected as null (for migrations).
        """
        return ", ".join(
            _select(column, dialect) if existing is None or column.name in existing else "null"
            for column in self.columns
        )


_NOTHING: Final = (None, "null")


def _select(column: Column[Any], dialect: str) -> str:
    name = f't."{column.name}"'
    if isinstance(column.type, UTCDateTime):
        if dialect == "sqlite":
            return f"substr({name}, 1, 10) || 'T' || substr({name}, 12) || 'Z'"
        return f"""to_char({name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if isinstance(column.type, JSON | Float):
        return f"cast({name} as text)" if dialect == "sqlite" else f"{name}::text"
    return name


def _plain_of(column: Column[Any]) -> Callable[[Any], object]:
    """Return what makes a column's Python value plain."""
    kind = column.type
    if isinstance(kind, UTCDateTime):
        return _moment
    if isinstance(kind, JSON | Float):
        return json_value
    if isinstance(kind, Enum):
        return _text_of
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, Integer | BigInteger | String):
        return _same
    raise TypeError(f"{column}: the canonical form has no rule for {kind!r}")


def _moment(value: datetime) -> str:
    return moment(value)


def _text_of(value: PythonEnum | str) -> object:
    return value.value if isinstance(value, PythonEnum) else value


def _same(value: object) -> object:
    return value


FACTS: Final[dict[str, Fact]] = {
    fact.name: fact
    for fact in (
        Fact(
            "incident",
            Incident,
            mutable=(
                "state",
                "classification",
                "cause_code",
                "cause_text",
                "centre_intervening",
                "abandoned",
                "raised_at",
                "acknowledged_at",
                "arrived_at",
                "released_at",
                "closed_at",
                "node_count",
            ),
        ),
        Fact("call", Call, mutable=("answered_at", "ended_at", "end_cause")),
        Fact("node", Node),
        Fact(
            "recording",
            Recording,
            mutable=("state",),
            until=("state", RecordingState.RECORDING),
        ),
        Fact("key", LogKey),
        Fact("device_change", DeviceChange),
        Fact("media", Media),
    )
}
"""Kind → what it covers. The order is that of the leaves of one flush."""
