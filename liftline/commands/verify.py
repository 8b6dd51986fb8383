"""`liftline verify`: nothing missing, added, altered or in another order, or each of it by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from liftline.commands.kit import console
from liftline.settings import get_settings

if TYPE_CHECKING:
    from evidence.verify.findings import Report

WRONG = 1
NOT_CHECKED = 2
TITLES = {
    "missing": "缺失 missing",
    "added": "多出 added",
    "altered": "被改动 altered",
    "reordered": "次序被改 reordered",
    "forged": "签名无效 forged",
    "rolled_back": "被回退 rolled back",
}
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def command(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=FORMATS, help="Records logged since, in the instance's zone.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=FORMATS, help="Records logged until.")] = None,
    incident: Annotated[str | None, typer.Option("--incident", help="Only this incident: 20261122-0001.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Check records, files, heads and countersignatures; exit code 1: something is wrong, 2: not checked."""
    from sqlalchemy.exc import SQLAlchemyError

    from evidence.verify.incident import UnknownIncidentError, verify_incident
    from evidence.verify.run import Extent, verify
    from evidence.witness.parties import PartyError

    settings = get_settings()
    zone = ZoneInfo(settings.time_zone)
    if incident and (since or until):
        raise typer.BadParameter("an incident is checked whole", param_hint="--incident")
    extent = Extent(*(at.replace(tzinfo=zone) if at else None for at in (since, until)))
    try:
        if incident:
            report = verify_incident(settings, incident)
        else:
            with _bar(quiet=as_json) as tell:
                report = verify(settings, extent, tell)
    except (UnknownIncidentError, PartyError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(NOT_CHECKED) from None
    except SQLAlchemyError as error:
        typer.secho(f"error: database: {str(error).splitlines()[0]} (LIFTLINE_DATABASE_URL)", fg="red", err=True)
        raise typer.Exit(NOT_CHECKED) from None
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _show(report)
    if not report.ok:
        raise typer.Exit(WRONG)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar; what it gives is called with a name, how many are done, and of how many."""
    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell


def _show(report: Report) -> None:
    if report.findings:
        table = Table("", "什么 · what", "应为 · expected", "实为 · found", show_edge=False)
        for one in report.findings:
            table.add_row(f"[red]{TITLES[one.trouble.value]}[/]", one.what, one.expected, one.found)
        console.print(table)
    for remark in report.remarks:
        console.print(f"[yellow]· {remark}[/]", soft_wrap=True)
    rate = f"{report.records / report.seconds:,.0f}/s" if report.seconds else ""
    console.print(
        f"记录 records {report.records:,} of {report.leaves:,} leaves · 文件 files {report.files:,} · "
        f"树头 heads {report.heads:,} · 副签 countersignatures {report.countersignatures:,} · "
        f"{report.seconds} s {rate}",
        soft_wrap=True,
    )
    console.print(
        "[green]✓ 全部一致 everything agrees[/]"
        if report.ok
        else f"[red]✗ {len(report.findings)} 处不一致 do not agree[/]"
    )
