"""The page that describes the columns: `python -m store.estate.page` writes `docs/estate-import.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from store.estate.columns import TABLES, Column

FILE: Final = Path(__file__).parent.parent.parent / "docs" / "estate-import.md"

_HEAD: Final = """\
# Importing an estate · 批量导入

Generated from `store/estate/columns.py` by `python -m store.estate.page`; a test fails when the two differ.

`liftline import FILE… [--dry-run] [--json]` takes one XLSX workbook with these sheets, or CSV files with one table each
(UTF-8 or GBK; comma, semicolon or tab). `liftline import --template FILE.xlsx` writes an empty workbook. Tables may be
left out; they are recognised by the sheet's name or by their headers, Chinese or English. Several files are one import.

- Everything is imported, or nothing: one wrong cell leaves the database as it was. `--dry-run` only reports.
- Rows are matched by the key named below; an existing row is changed. A column that is left out, or an empty cell,
  keeps what is stored. `-` empties it, where "can be emptied" is said.
- Codes and numbers belong in columns formatted as text: a spreadsheet program drops leading zeros, and all digits
  after the fifteenth. Both are found and reported.
- Merged cells count as filled in each row. Formulas are refused: paste them as values.
- A number that one row gives up can be taken by another row only in a second import.
- Passwords are stored as digests only, and never shown in a report.
"""


def render() -> str:
    """Give the page for the docs."""
    lines = [_HEAD]
    for table in TABLES:
        lines += [f"## {table.title} {table.key}", "", "| 列 | English | 必填 required | 说明 |", "|---|---|---|---|"]
        lines += [_line(column) for column in table.columns]
        lines.append("")
    return "\n".join(lines)


def _line(column: Column) -> str:
    english = ", ".join(f"`{word}`" for word in (column.key, *column.aliases))
    extra = "可用 - 清空 · can be emptied" if column.clearable else ""
    text = "；".join(part for part in (column.help, extra) if part)
    return f"| {column.header} | {english} | {'是 yes' if column.required else ''} | {text} |"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
