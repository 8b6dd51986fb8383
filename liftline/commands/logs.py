"""`liftline logs`: what the processes said, and say."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from liftline.commands.kit import print_process_line
from liftline.supervision.follow import follow, last_lines, log_files
from liftline.supervision.instance import settings_of_instance


def command(
    process: Annotated[str | None, typer.Argument(help="One process only.")] = None,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written from now on.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="So many last lines of each process.")] = 20,
) -> None:
    """Show what the processes say."""
    settings = settings_of_instance()
    files = log_files(settings.log_dir)
    if process and process not in files:
        known = ", ".join(files) or "none yet"
        raise typer.BadParameter(f"no log of {process!r} in {settings.log_dir}; there are: {known}")
    for name, path in files.items():
        if process in (None, name):
            for line in last_lines(path, lines):
                print_process_line(name, line, settings.time_zone)
    if following:
        with contextlib.suppress(KeyboardInterrupt):
            for entry in follow(settings.log_dir, process):
                if entry:
                    print_process_line(*entry, settings.time_zone)
