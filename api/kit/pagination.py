"""Cursor pages: opaque to the caller, stable while rows are added.

A cursor holds the sort and the last row's sort value and id; the next page is what lies beyond it
(keyset), so a row that is inserted meanwhile never shifts a page, and a row is never seen twice.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from store.models import UTCDateTime

DEFAULT_SIZE = 50
MAX_SIZE = 500

Row = TypeVar("Row")
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is absent on the last one."""

    model_config = ConfigDict(from_attributes=True)

    items: list[Item]
    next_cursor: Annotated[str | None, Field(examples=["eyJzIjoiaWQiLCJ2IjoxNywiaSI6MTd9"])] = None


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What the caller asks of a list: query parameters `limit` and `cursor`."""

    limit: Annotated[int, Query(ge=1, le=MAX_SIZE, description="每页条数 / rows of a page")] = DEFAULT_SIZE
    cursor: Annotated[
        str | None, Query(max_length=512, description="上一页的 next_cursor / next_cursor of the page before")
    ] = None


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: its public name, the column (never null), the unique id that breaks ties, the direction."""

    name: str
    column: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[int]
    descending: bool = False

    def beyond(self, value: object, row_id: int) -> ColumnElement[bool]:
        """Return the condition for rows after the one with this value and id."""
        if self.descending:
            return or_(self.column < value, and_(self.column == value, self.id < row_id))
        return or_(self.column > value, and_(self.column == value, self.id > row_id))

    def clauses(self) -> tuple[ColumnElement[Any], ColumnElement[int]]:
        """Return the `ORDER BY`."""
        if self.descending:
            return self.column.desc(), self.id.desc()
        return self.column.asc(), self.id.asc()


def order_of(orders: Mapping[str, InstrumentedAttribute[Any]], name: str, row_id: InstrumentedAttribute[int]) -> Order:
    """Return the sort called `name`; a leading `-` means descending."""
    return Order(name, orders[name.removeprefix("-")], row_id, name.startswith("-"))


def paginate(session: Session, statement: Select[Row], order: Order, query: PageQuery) -> Page[Row]:
    """Return one page of the statement's rows. Raises `Problem` for a cursor that is not ours."""
    if query.cursor is not None:
        statement = statement.where(order.beyond(*_decode(query.cursor, order)))
    rows = session.scalars(statement.order_by(*order.clauses()).limit(query.limit + 1)).unique().all()
    page, more = rows[: query.limit], len(rows) > query.limit
    return Page[Any].model_construct(items=list(page), next_cursor=_encode(page, order) if more else None)


def _encode(page: Sequence[Any], order: Order) -> str:
    last = page[-1]
    value = getattr(last, order.column.key)
    text = value.isoformat() if isinstance(value, datetime) else value
    document = json.dumps({"s": order.name, "v": text, "i": getattr(last, order.id.key)}, separators=(",", ":"))
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def _decode(cursor: str, order: Order) -> tuple[Any, int]:
    try:
        document = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        name, value, row_id = document["s"], _reader(order)(document["v"]), int(document["i"])
    except (ValueError, KeyError, TypeError) as error:
        raise _not_ours() from error
    if name != order.name:
        raise _not_ours()
    return value, row_id


def _not_ours() -> Problem:
    detail = Text("游标只能用于产生它的列表和排序。", "A cursor fits only the list and sort that gave it.")
    return Problem(ProblemType.INVALID_CURSOR, detail)


def _reader(order: Order) -> Callable[[Any], Any]:
    kind = order.column.type
    return _instant if isinstance(kind, UTCDateTime) else kind.python_type


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant
