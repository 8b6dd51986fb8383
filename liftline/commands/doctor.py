"""`liftline doctor`: what is wrong, and how to mend it. The exit code is 1 when there is an error."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from liftline.commands.kit import console
from liftline.doctor import certificates, machine, routing, running, state
from liftline.doctor.finding import Finding, Level
from liftline.settings import Settings
from liftline.supervision.asterisk_console import as_json
from liftline.supervision.instance import settings_of_instance

SIGNS = {Level.OK: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.ERROR: "[red]✗[/]"}


def examine(settings: Settings) -> list[Finding]:
    """Make every check."""
    checks = (machine.check, state.check, certificates.check, running.check, routing.check)
    return [finding for check in checks for finding in check(settings)]


def command(
    as_document: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
) -> None:
    """Say what is wrong with ports, audio, registration, routing, time, disk …, and how to mend it."""
    settings = settings_of_instance()
    settings.home.mkdir(parents=True, exist_ok=True)
    findings = examine(settings)
    if as_document:
        typer.echo(as_json([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            console.print(f"{SIGNS[finding.level]} {finding.check:<13}{escape(finding.says)}", soft_wrap=True)
            if finding.mend:
                console.print(f"    [dim]→ {escape(finding.mend)}[/]", soft_wrap=True)
    if any(finding.level is Level.ERROR for finding in findings):
        raise typer.Exit(1)
