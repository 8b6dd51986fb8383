"""`liftline up`: set up what is missing, start everything, print how to reach it, and follow until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from liftline.commands.kit import console, print_process_line
from liftline.commands.steps import Progression
from liftline.commands.welcome import welcome
from liftline.parts import part
from liftline.settings import Settings
from liftline.supervision import control, preflight
from liftline.supervision.follow import follow
from liftline.supervision.health import UnhealthyError, probes, wait_until_healthy
from liftline.supervision.instance import keep_environment, only_one_start, process_environment
from liftline.supervision.orphans import find_orphans, stop_orphans
from liftline.supervision.preparing import steps
from liftline.supervision.readable import is_routine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


def command(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return as soon as everything is healthy.")] = False,
) -> None:
    """Set up what is missing, start everything, and follow; Ctrl-C stops all of it."""
    settings = Settings()
    os.umask(0o077)  # names, numbers and voices of people are in what we write
    signal.signal(signal.SIGTERM, _as_interrupt)
    preflight.check_home(settings)
    with only_one_start(settings):
        preflight.check_alone(settings)
        with _stopping(settings, interrupted=130):
            ailing = _bring_up(settings)
    with _stopping(settings, interrupted=0):
        welcome(settings)
        for problem in ailing:
            # Asterisk serves: it would be wrong to stop it because something around it does not.
            console.print(f"[red]error:[/] {escape(str(problem))}\n[red]Alarms are taken all the same.[/]")
        if not detach:
            _follow(settings)
    if ailing:
        raise typer.Exit(1)


@contextlib.contextmanager
def _stopping(settings: Settings, *, interrupted: int) -> Iterator[None]:
    """Stop everything we started when we are told to, or cannot go on."""
    try:
        yield
    except KeyboardInterrupt:
        _stop(settings)
        raise typer.Exit(interrupted) from None
    except Exception:
        _stop(settings, quietly=True)
        raise


def _bring_up(settings: Settings) -> list[UnhealthyError]:
    """Start everything; return what does not answer though alarms are taken."""
    ailing = []
    began = time.monotonic()
    _clear_away(settings)
    preflight.check_ports(settings)
    for warning in preflight.check_machine():
        console.print(f"[yellow]warning:[/] {warning}")
    with Progression(console) as progression:
        for step in steps():
            with progression.step(step.title) as doing:
                doing.note = step.run(settings, doing.progress)
        for trouble in part("liftline.certificates.troubles", "troubles")(settings, datetime.now(UTC)):
            console.print(f"[yellow]warning:[/] {escape(trouble.says)}: {escape(trouble.mend)}")
        with progression.step("Start") as doing:
            # Once more, now that it is known whether the sample and its carrier are part of it.
            preflight.check_ports(settings)
            keep_environment(settings)
            control.start(settings, process_environment(settings))
            doing.note = f"{len(control.states(settings))} processes"
        for probe in probes():
            with progression.step(probe.name) as doing:
                try:
                    wait_until_healthy(settings, probe)
                    doing.note = "answers"
                except UnhealthyError as error:
                    if probe.vital:
                        raise
                    ailing.append(error)
                    doing.note = "[red]does not answer[/]"
    console.print(f"Up in {time.monotonic() - began:.1f} s.")
    return ailing


def _clear_away(settings: Settings) -> None:
    """Stop what a supervisor that was killed has left running."""
    if find_orphans(settings):
        names = ", ".join(f"{orphan.name} ({orphan.pid})" for orphan in stop_orphans(settings))
        console.print(f"Stopped what the last run left behind: {names}")


def _follow(settings: Settings) -> None:
    console.print("[dim]Ctrl-C stops everything.[/]")
    looked = time.monotonic()
    for entry in follow(settings.log_dir):
        if entry:
            if not is_routine(entry[1]):
                print_process_line(*entry, settings.time_zone)
        elif time.monotonic() - looked > 1.0:
            looked = time.monotonic()
            if not control.is_running(settings):
                if find_orphans(settings):
                    raise control.SupervisorError("the supervisor is gone; stopped what it left behind")
                console.print("Stopped by someone else.")
                return


def _stop(settings: Settings, *, quietly: bool = False) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if not quietly:
        console.print("\nStopping …")
    try:
        control.shut_down(settings)
    finally:
        stop_orphans(settings)
    if not quietly:
        console.print("Stopped.")


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
