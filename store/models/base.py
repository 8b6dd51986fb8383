"""What every table shares: naming convention, moments in UTC, text enumerations, JSON and large keys."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name that follows from its columns, so that a migration can name what it drops."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out, microseconds kept, on SQLite and PostgreSQL alike.

    Raises:
        ValueError: the value has no time zone; a naive time would silently mean the machine's own zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores it as text without zone, which sorts like the moments themselves."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment needs a time zone: {value!r}"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the base class names it)
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""JSON; on PostgreSQL the binary kind, which can be indexed."""

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit key. SQLite numbers rows by itself only in a column of exactly the type INTEGER."""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as Python gives it."""


def choice(values: type[StrEnum], name: str, *, closed: bool = True) -> Enum:
    """Text column that holds one of `values`.

    Args:
        values: the members' values are stored, not their names.
        name: of the CHECK constraint, inside the table.
        closed: guard it by a CHECK in the database too. Leave it open where the list is expected to grow, so
            that a new member needs no migration of a large table.
    """
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=closed,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


Id = Annotated[int, mapped_column(primary_key=True)]
"""Surrogate key of a small table."""

BigId = Annotated[int, mapped_column(BigKey, primary_key=True)]
"""Surrogate key of a table that grows with every alarm."""


class Base(DeclarativeBase):
    """Root of all models. An int is an INTEGER, a `datetime` a moment in UTC."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime()}  # noqa: RUF012 (SQLAlchemy's own declaration is not a ClassVar)


class EstateData:
    """Marks base data: a change of any such row bumps `estate_version` in the same transaction.

    The provisioner compares that counter to know that the call plane's copy in AstDB is out of date.
    """
