"""Finding, adding, changing and deleting single rows, with the problems that belong to it."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from store.models import Base

Row = TypeVar("Row", bound=Base)


def one(session: Session, statement: Select[Row]) -> Row:
    """Return the one row; raise `Problem` (404) when there is none that the caller may see."""
    row = session.scalars(statement).unique().one_or_none()
    if row is None:
        raise Problem(ProblemType.NOT_FOUND)
    return row


def add(session: Session, row: Row) -> Row:
    """Add a row and give it its id."""
    session.add(row)
    session.flush()
    return row


def change(session: Session, row: Row, changes: dict[str, Any]) -> Row:
    """Set the fields that were sent."""
    for name, value in changes.items():
        setattr(row, name, value)
    session.flush()
    session.refresh(row)
    return row


def remove(session: Session, row: Base) -> None:
    """Delete a row; raise `Problem` (409) while others, incidents for example, name it."""
    model = type(row)
    key = inspect(model).primary_key[0]
    try:
        # Not `session.delete`: that would empty the columns that name the row instead of refusing.
        session.execute(delete(model).where(key == getattr(row, key.name)))
    except IntegrityError as error:
        detail = Text(
            "已有记录引用它；请改为停用（active=false）。", "Records name it; switch it off instead (active=false)."
        )
        raise Problem(ProblemType.IN_USE, detail) from error


def ensure_free(
    session: Session, column: InstrumentedAttribute[Any], value: object, *, except_id: int | None = None
) -> None:
    """Raise `Problem` (409), naming the field, when another row has the value already."""
    if value is None:
        return
    model = column.class_
    statement = select(func.count()).select_from(model).where(column == value)
    if except_id is not None:
        statement = statement.where(model.id != except_id)
    if session.scalar(statement):
        raise taken(column.key)


def taken(field: str) -> Problem:
    """Return the problem for a value of a unique field that another row has."""
    detail = Text("该值已被占用。", "Another record has this value.")
    finding = {"location": "body", "pointer": f"#/{field}", "code": "duplicate", "detail": detail}
    return Problem(ProblemType.DUPLICATE, detail, errors=[finding])


def contains(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that the column contains the text, wildcards taken literally, case ignored."""
    condition: ColumnElement[bool] = column.icontains(text, autoescape=True)
    return condition
