"""The audit record: queries and the export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine, Select, select

from api.audit.filters import AuditFilters
from store.models import AuditEntry
from store.session import read_scope

EXPORT_ROWS: Final = 200_000
"""Most rows of one export; ask for a shorter time for more."""
_PAGE: Final = 1000
COLUMNS: Final = (
    *("id", "at", "actor_kind", "actor_id", "actor", "address", "action", "subject", "subject_id"),
    *("before", "after", "detail"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def listed(filters: AuditFilters) -> Select[AuditEntry]:
    """Return the statement for the entries."""
    statement = select(AuditEntry)
    if filters.since is not None:
        statement = statement.where(AuditEntry.at >= filters.since)
    if filters.until is not None:
        statement = statement.where(AuditEntry.at < filters.until)
    if filters.action is not None and filters.action.endswith("*"):
        statement = statement.where(AuditEntry.action.startswith(filters.action[:-1], autoescape=True))
    elif filters.action is not None:
        statement = statement.where(AuditEntry.action == filters.action)
    for name in ("actor_kind", "actor_id", "address", "subject", "subject_id"):
        value = getattr(filters, name)
        if value is not None:
            statement = statement.where(getattr(AuditEntry, name) == value)
    return statement


def as_csv(engine: Engine, filters: AuditFilters) -> Iterator[str]:
    """Give the entries as CSV for a spreadsheet, the newest first, page by page."""
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"  # the mark makes spreadsheets read it as UTF-8
    last: int | None = None
    for _ in range(EXPORT_ROWS // _PAGE):
        statement = listed(filters).order_by(AuditEntry.id.desc()).limit(_PAGE)
        with read_scope(engine) as session:
            rows = session.scalars(statement if last is None else statement.where(AuditEntry.id < last)).all()
        if not rows:
            return
        last = rows[-1].id
        text = io.StringIO()
        csv.writer(text).writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
        yield text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
