"""CSV and XLSX files as sheets of text cells."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from store.estate.problems import CellError, FileError

LARGEST_FILE: Final = 32 * 1024 * 1024
"""Bytes of a file; a city's 100,000 lifts are about 15 MB."""

LARGEST_UNPACKED: Final = 512 * 1024 * 1024
"""Bytes an XLSX may unpack to, so that a small hostile file cannot fill the memory."""

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 100
MOST_MERGED: Final = 1_000_000
"""Cells in merged ranges."""

_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z0-9:]+)[\"']")
_EXACT_DIGITS: Final = 15


@dataclass(slots=True)
class Row:
    """One row: its number as the spreadsheet program counts it, and its cells by column index."""

    number: int
    cells: dict[int, str | CellError] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    """One table as it stands in the file; empty rows are left out."""

    name: str
    rows: list[Row] = field(default_factory=list)


def read(name: str, data: bytes) -> list[Sheet]:
    """Read a file's sheets; the content says what it is, not the name.

    Raises:
        FileError: too large, damaged, protected by a password, or no such file at all.
    """
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // 2**20
        raise FileError(f"文件超过 {limit} MB", f"the file is larger than {limit} MB")
    if not data.strip():
        raise FileError("文件为空", "the file is empty")
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(
            "旧版 XLS 或加密的工作簿，请另存为未加密的 XLSX",
            "an old XLS or an encrypted workbook: save it as plain XLSX",
        )
    return [_csv(name, data)]


def _csv(name: str, data: bytes) -> Sheet:
    text = _decode(data)
    if "\x00" in text:
        raise FileError("不是文本文件", "not a text file")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    sheet = Sheet(name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for values in reader:
            cells: dict[int, str | CellError] = {
                index: cleaned for index, value in enumerate(values) if (cleaned := _csv_text(value))
            }
            _append(sheet, Row(start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileError(f"第 {reader.line_num} 行不是有效的 CSV：{error}", f"line {reader.line_num}: {error}") from None
    return sheet


def _decode(data: bytes) -> str:
    # GB 18030 contains GBK, which Excel writes on Chinese Windows; it takes almost any bytes, so UTF-8 goes first.
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError("无法识别的文字编码，请用 UTF-8 或 GBK", "unknown text encoding: use UTF-8 or GBK")


def _csv_text(value: str) -> str:
    stripped = value.strip().lstrip("\ufeff")
    if stripped.startswith('="') and stripped.endswith('"'):
        return stripped[2:-1]  # how Excel keeps leading zeros in CSV
    return stripped


def _workbook(data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive)
        book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
    except FileError:
        raise
    except Exception as error:  # noqa: BLE001 (a damaged workbook makes the library fail in any way there is)
        raise FileError("不是有效的 XLSX 工作簿", f"not a valid XLSX workbook ({type(error).__name__})") from None
    return [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _check_size(archive: zipfile.ZipFile) -> None:
    """Refuse a small file that would become very large in memory."""
    if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
        raise FileError("工作簿解压后过大", "the workbook unpacks to too many bytes")
    merged = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for found in _MERGE.finditer(archive.read(name)):
                left, top, right, bottom = range_boundaries(found[1].decode("ascii"))
                merged += (right - left + 1) * (bottom - top + 1)
    if merged > MOST_MERGED:
        raise FileError("合并的单元格过多", "too many merged cells")


def _sheet(source: Worksheet) -> Sheet:
    sheet = Sheet(source.title)
    spread = _merged(source)
    # Only cells that are there: a stray format in the last row must not make a million empty rows.
    present = sorted(source._cells.items())  # noqa: SLF001 (iter_rows would make every cell in between)
    for number, cells in groupby(present, key=lambda item: item[0][0]):
        _append(sheet, Row(number, dict(_filled(cells, spread))))
    return sheet


def _filled(
    cells: Iterable[tuple[tuple[int, int], Cell | MergedCell]], spread: dict[tuple[int, int], Cell]
) -> Iterator[tuple[int, str | CellError]]:
    for place, cell in cells:
        source = spread.get(place, cell)
        if source.value is None or isinstance(source, MergedCell) or place[1] > MOST_COLUMNS:
            continue
        content = _cell_text(source)
        if content != "":
            yield place[1] - 1, content


def _merged(source: Worksheet) -> dict[tuple[int, int], Cell]:
    """Each cell of a merged range has the range's content: people merge what is the same for several rows."""
    spread: dict[tuple[int, int], Cell] = {}
    for area in source.merged_cells.ranges:
        first = source.cell(area.min_row, area.min_col)
        if isinstance(first, Cell):
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    spread[row, column] = first
    return spread


def _cell_text(cell: Cell) -> str | CellError:
    value: Any = cell.value
    match cell.data_type:
        case "f":
            return CellError("单元格是公式，请粘贴为数值", "the cell is a formula: paste it as a value")
        case "e":
            return CellError(f"单元格有错误 {value}", f"the cell has the error {value}")
        case "b":
            return "是" if value else "否"
        case "d" if isinstance(value, datetime | date):
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case "n" if isinstance(value, int | float):
            return _number_text(value, cell.number_format)
    return str(value).strip()


def _number_text(value: float, form: str) -> str | CellError:
    if not math.isfinite(value) or value != int(value):
        return repr(value)
    digits = str(int(value))
    if len(digits) > _EXACT_DIGITS:
        return CellError(
            "数字超过 15 位，表格软件已丢失末尾数字，请将列设为文本后重新输入",
            "a number of more than 15 digits has lost its last ones: format the column as text and enter it again",
        )
    return digits.zfill(len(form)) if set(form) == {"0"} else digits


def _append(sheet: Sheet, row: Row) -> None:
    if not row.cells:
        return
    if len(sheet.rows) > MOST_ROWS:
        raise FileError(f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows")
    sheet.rows.append(row)
