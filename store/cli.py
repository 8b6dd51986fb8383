"""`liftline import`: load an estate from CSV or XLSX."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError

import store
from liftline.settings import get_settings
from store.audit import Actor
from store.estate import Report, import_files, template
from store.models import ActorKind
from store.session import make_engine

REFUSED = 1
UNAVAILABLE = 2


def import_estate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="XLSX workbook or CSV files.", exists=True, dir_okay=False, readable=True),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    template_file: Annotated[
        Path | None, typer.Option("--template", help="Write an empty workbook there, and stop.", dir_okay=False)
    ] = None,
) -> None:
    """Load an estate from CSV or XLSX: everything, or nothing if anything is wrong.

    The columns are described in docs/estate-import.md. Exit code 1: refused; 2: database not available.
    """
    if template_file is not None:
        template(template_file)
        typer.echo(str(template_file))
        return
    if not files:
        raise typer.BadParameter("name at least one file, or --template", param_hint="FILES")
    report = _run(files, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    if not report.ok:
        raise typer.Exit(REFUSED)


command = import_estate


def _run(files: list[Path], *, dry_run: bool) -> Report:
    url = get_settings().database_url
    actor = Actor(ActorKind.COMMAND, getpass.getuser())
    engine = make_engine(url)
    try:
        store.migrate(url)
        return import_files(engine, [(file.name, file.read_bytes()) for file in files], dry_run=dry_run, actor=actor)
    except OperationalError as error:
        typer.secho(
            f"error: 数据库不可用 database not available: {str(error.orig).splitlines()[0]}", fg="red", err=True
        )
        raise typer.Exit(UNAVAILABLE) from None
    finally:
        engine.dispose()


def _show(report: Report) -> None:
    console = Console()
    if report.problems:
        table = Table(
            "文件 / 表", "行 Row", "列 Column", "值 Value", "原因 Reason", title="问题 Problems", title_justify="left"
        )
        for column in table.columns:
            column.overflow = "fold"
        for one in report.problems:
            place = one.file if one.sheet in {"", one.file} else f"{one.file} / {one.sheet}"
            table.add_row(place, str(one.row or ""), one.column, one.value, "\n".join(one.reason))
        console.print(table)
        if report.more_problems:
            console.print(f"… 另有 {report.more_problems} 个问题 and {report.more_problems} more")
    for chinese, english in report.notes:
        console.print(f"[dim]{chinese} · {english}[/]")
    counts = Table("表 Table", "新增 New", "更新 Changed", "不变 Unchanged")
    for name, count in report.counts.items():
        counts.add_row(name, str(count.created), str(count.updated), str(count.unchanged))
    if report.counts and report.ok:
        console.print(counts)
    console.print(_verdict(report))


def _verdict(report: Report) -> str:
    if not report.ok:
        return "[red]未导入，数据库没有任何更改 Refused: nothing was changed[/]"
    if report.dry_run:
        return "[green]检查通过，未作更改 Dry run passed: nothing was changed[/]"
    return "[green]导入完成 Imported[/]"
