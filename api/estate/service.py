"""Runs an import of `store.estate`, and says what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from fastapi import UploadFile

from api.estate.schemas import ReportOut
from api.kit.catalogue import ProblemType
from api.kit.context import AppContext
from api.kit.problems import Problem
from api.kit.text import Text
from store.audit import Actor

MAX_FILES = 10
# `store.estate` is imported when it is used: its spreadsheet library takes half a second of the API's start.


def run(context: AppContext, files: Iterable[UploadFile], actor: Actor, *, dry_run: bool) -> ReportOut:
    """Import files in one transaction of their own, or only try.

    Raises `Problem` (422) with the report when a real import was refused; then nothing was changed.
    """
    from store.estate import import_files  # noqa: PLC0415

    contents = [(upload.filename or "file", upload.file.read()) for upload in files]
    report = import_files(context.engine, contents, dry_run=dry_run, actor=actor)
    context.hub.nudge()
    if not report.ok and not dry_run:
        detail = Text("见 report 中的行、列与原因。", "`report` names row, column and reason.")
        raise Problem(ProblemType.IMPORT_REFUSED, detail, extra={"report": report.as_json()})
    return ReportOut.model_validate(report.as_json())


def template() -> bytes:
    """Return the empty workbook."""
    from store.estate import template as write_template  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estate.xlsx"
        write_template(path)
        return path.read_bytes()
