"""The empty workbook that people fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from store.estate.columns import TABLES, Table

_REQUIRED: Final = PatternFill("solid", fgColor="FFF2CC")
_LAST_TEXT_ROW: Final = 1000
_MANUAL: Final = "说明"


def template(path: Path) -> None:
    """Write the empty workbook. Examples stand in the sheet 说明, where nobody can import them by mistake.

    Raises:
        OSError: the file cannot be written.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    manual = book.create_sheet(_MANUAL)
    manual.append(["表 Sheet", "列 Column", "English", "必填 Required", "说明 Help", "示例 Example"])
    for table in TABLES:
        _fill(book.create_sheet(table.title), table)
        for column in table.columns:
            manual.append(
                [
                    table.title,
                    column.header,
                    column.key,
                    "是 yes" if column.required else "",
                    column.help,
                    column.example,
                ]
            )
    for letter, width in zip("ABCDEF", (10, 18, 18, 14, 70, 30), strict=True):
        manual.column_dimensions[letter].width = width
    book.save(path)


def _fill(sheet: Worksheet, table: Table) -> None:
    sheet.append([column.header for column in table.columns])
    sheet.freeze_panes = "A2"
    for index, column in enumerate(table.columns, 1):
        head = sheet.cell(1, index)
        head.font = Font(bold=True)
        if column.required:
            head.fill = _REQUIRED
        sheet.column_dimensions[get_column_letter(index)].width = max(14, 2 * len(column.header) + 4)
        for row in range(2, _LAST_TEXT_ROW):
            sheet.cell(row, index).number_format = "@"  # text: keeps leading zeros and long codes
