"""`liftline run`: one process in the foreground. The supervisor starts our own processes this way."""

from __future__ import annotations

import os
import sys

import typer

from liftline.parts import part
from liftline.settings import get_settings
from liftline.supervision.config import config_path

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)


@command.command()
def record() -> None:
    """Run the record plane: journal collector, provisioner, recording finisher, reconciler."""
    settings = get_settings()
    part("switch.record", "main")(settings)


@command.command()
def api() -> None:
    """Run the REST API and the console's pages."""
    import uvicorn

    settings = get_settings()
    uvicorn.run(
        part("api.app", "create_app"),
        factory=True,
        host=settings.http_bind,
        port=settings.http_port,
        log_level=settings.log_level.lower(),
        access_log=False,  # the API logs its requests itself
        timeout_graceful_shutdown=5,  # event streams stay open for ever
    )


@command.command()
def supervisor() -> None:
    """Run the supervisor with the configuration of the last `up`, for a service manager that watches it."""
    settings = get_settings()
    program = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config_path(settings))]
    os.execv(sys.executable, program)  # noqa: S606 - replaces this process, signals go straight to it
