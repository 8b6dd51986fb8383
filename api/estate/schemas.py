"""The report of an import."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Schema


class WordsOut(Schema):
    """A text in both languages."""

    zh: Annotated[str, Field(examples=["应为 6 位数字（请将列格式设为文本）"])]
    en: Annotated[str, Field(examples=["must be 6 digits (format the column as text)"])]


class RowProblemOut(Schema):
    """One thing that is wrong in a file."""

    file: Annotated[str, Field(examples=["estate.xlsx"])]
    sheet: Annotated[str, Field(examples=["电梯"])]
    row: Annotated[int, Field(description="As the spreadsheet program counts; 0: the whole sheet", examples=[4])]
    column: Annotated[str, Field(description="The column's header; empty: the whole row", examples=["救援编号"])]
    value: Annotated[str, Field(examples=["30012"])]
    reason: WordsOut


class CountOut(Schema):
    """What happened, or would happen, to the rows of one table."""

    created: Annotated[int, Field(examples=[12])]
    updated: Annotated[int, Field(examples=[0])]
    unchanged: Annotated[int, Field(examples=[3])]


class ReportOut(Schema):
    """The outcome of an import. With any problem nothing was changed."""

    ok: Annotated[bool, Field(examples=[False])]
    dry_run: Annotated[bool, Field(examples=[True])]
    changed: Annotated[bool, Field(examples=[False])]
    counts: Annotated[dict[str, CountOut], Field(examples=[{"lifts": {"created": 12, "updated": 0, "unchanged": 3}}])]
    problems: list[RowProblemOut]
    more_problems: Annotated[int, Field(description="Not listed one by one", examples=[0])]
    notes: Annotated[list[WordsOut], Field(description="What was left out without being wrong")]
