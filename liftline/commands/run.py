"""`liftline run`: one process in the foreground. The supervisor starts our own processes this way."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import typer

from liftline.logs import configure
from liftline.parts import part
from liftline.settings import get_settings
from liftline.supervision.config import config_path

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


@command.command()
def record() -> None:
    """Run the record plane: journal collector, provisioner, recording finisher, reconciler."""
    settings = get_settings()
    configure(settings)
    part("switch.record", "main")(settings)


@command.command()
def sensing() -> None:
    """Run the sensors' side: events from the broker, live state, detection, who is on line."""
    settings = get_settings()
    configure(settings)
    part("watch.process", "main")(settings)


@command.command()
def api() -> None:
    """Run the REST API and the console's pages."""
    settings = get_settings()
    configure(settings)
    part("api.server.run", "run")(settings)


@command.command()
def setup() -> None:
    """Make every step before the start, and start nothing (for containers: once, before the others)."""
    from liftline.supervision.preflight import check_home
    from liftline.supervision.preparing import steps

    settings = get_settings()
    os.umask(0o077)
    check_home(settings)
    for step in steps():
        typer.echo(f"{step.title}: {step.run(settings, lambda _part, _text: None)}")
    for trouble in part("liftline.certificates.troubles", "troubles")(settings, datetime.now(UTC)):
        typer.echo(f"warning: {trouble.says}: {trouble.mend}", err=True)


@command.command()
def check() -> None:
    """Ask every part once whether it serves; the exit code is 1 when one does not (a container's health check)."""
    from liftline.supervision.health import probes

    settings = get_settings()
    problems = [f"{probe.name}: {problem}" for probe in probes() if (problem := probe.ask(settings))]
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


@command.command()
def supervisor() -> None:
    """Run the supervisor with the configuration of the last `up`, for a service manager that watches it."""
    settings = get_settings()
    program = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config_path(settings))]
    os.execv(sys.executable, program)  # noqa: S606 - replaces this process, signals go straight to it
