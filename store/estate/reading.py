"""From sheets to typed records: recognises the tables, finds the columns, reads every cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from store.estate.columns import TABLES, Column, Table
from store.estate.problems import CellError, FileError, Problem, Report, Text, shorten
from store.estate.sources import Row, Sheet, read

CLEAR: Final = "-"
"""Content of a cell that empties what is stored."""

_DECORATION: Final = re.compile(r"[\s*＊:：]|[(（](必填|required)[)）]", re.IGNORECASE)
_MISSING: Final = CellError("不能为空", "must not be empty")


@dataclass(slots=True)
class Record:
    """One row as typed values; a key that is missing keeps what is stored, None empties it."""

    file: str
    sheet: str
    row: int
    headers: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    sound: bool = True
    """Whether every cell could be read; one that is not is in the report already."""

    def problem(self, column: str, reason: Text) -> Problem:
        """Say what is wrong with a value of this row."""
        value = "***" if column in self.secret else shorten(self.values.get(column))
        return Problem(self.file, self.sheet, self.row, self.headers.get(column, ""), value, reason)


@dataclass(slots=True)
class Columns:
    """Which column of a sheet is which."""

    table: Table
    header_row: int
    at: dict[int, tuple[Column, str]]
    """Index → column and its header as the file has it."""


def read_records(name: str, data: bytes, report: Report) -> dict[str, list[Record]]:
    """Read a file into records by table; what is wrong goes to the report."""
    records: dict[str, list[Record]] = {}
    try:
        sheets = read(name, data)
    except FileError as error:
        report.add(Problem(name, "", 0, "", "", error.reason))
        return records
    for sheet in sheets:
        columns = _recognise(name, sheet, report)
        if columns is not None:
            found = [_record(name, sheet, row, columns, report) for row in sheet.rows[1:]]
            records.setdefault(columns.table.key, []).extend(found)
    if not records and report.ok:
        reason = ("没有可识别的表，请使用模板的表头", "no table recognised: use the template's headers")
        report.add(Problem(name, "", 0, "", "", reason))
    return records


def _recognise(name: str, sheet: Sheet, report: Report) -> Columns | None:
    if not sheet.rows:
        return None
    header = sheet.rows[0]
    titles = {_plain(table.title): table for table in TABLES} | {table.key: table for table in TABLES}
    found = [_columns(table, header) for table in TABLES]
    named = titles.get(_plain(sheet.name))
    columns = next((one for one in found if one.table is named), None) or _best(found)
    if columns is None:
        report.notes.append(
            (f"未识别的表“{sheet.name}”已忽略", f"sheet {sheet.name!r} was not recognised and left out")
        )
        return None
    _check_header(name, sheet, columns, report)
    return columns


def _best(candidates: list[Columns]) -> Columns | None:
    """The table with all its required columns there, and the most columns of all."""
    full = [one for one in candidates if one.table.required <= {column.key for column, _ in one.at.values()}]
    return max(full, key=lambda one: len(one.at), default=None)


def _columns(table: Table, header: Row) -> Columns:
    words = {_plain(word): column for column in table.columns for word in (column.key, column.header, *column.aliases)}
    named = {index: text for index, text in header.cells.items() if isinstance(text, str)}
    at = {index: (words[_plain(text)], text) for index, text in named.items() if _plain(text) in words}
    return Columns(table, header.number, at)


def _check_header(name: str, sheet: Sheet, columns: Columns, report: Report) -> None:
    header = sheet.rows[0]
    seen: dict[str, str] = {}
    for column, text in columns.at.values():
        if column.key in seen:
            reason = ("该列出现多次", "the column is there more than once")
            report.add(Problem(name, sheet.name, header.number, text, "", reason))
        seen[column.key] = text
    for column in columns.table.columns:
        if column.required and column.key not in seen:
            reason = ("缺少必填列", "a required column is missing")
            report.add(Problem(name, sheet.name, header.number, column.header, "", reason))
    unknown = [str(text) for index, text in header.cells.items() if index not in columns.at]
    if unknown:
        listed = "、".join(unknown)
        report.notes.append(
            (f"“{sheet.name}”中未识别的列已忽略：{listed}", f"columns left out in {sheet.name!r}: {listed}")
        )


def _record(name: str, sheet: Sheet, row: Row, columns: Columns, report: Report) -> Record:
    record = Record(
        name,
        sheet.name,
        row.number,
        {column.key: column.header for column in columns.table.columns}
        | {column.key: text for column, text in columns.at.values()},
        secret=frozenset(column.key for column in columns.table.columns if column.secret),
    )
    for index, (column, header) in columns.at.items():
        content = row.cells.get(index)
        if content is None:
            if column.required:
                record.sound = False
                report.add(Problem(name, sheet.name, row.number, header, "", _MISSING.reason))
            continue
        try:
            record.values[column.key] = _value(column, content)
        except CellError as error:
            record.sound = False
            shown = "***" if column.secret else shorten("" if isinstance(content, CellError) else content)
            report.add(Problem(name, sheet.name, row.number, header, shown, error.reason))
    return record


def _value(column: Column, content: str | CellError) -> Any:  # noqa: ANN401 (each column has its own type)
    if isinstance(content, CellError):
        raise content
    if content == CLEAR and column.clearable:
        return None
    return column.parse(content)


def _plain(word: str) -> str:
    return _DECORATION.sub("", word).casefold()
