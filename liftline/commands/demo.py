"""`liftline demo`: two real alarms on the sample estate, shown live, their promises measured.

First a press: the guard's and the maintainer's phones ring out, the centre answers, both speak. Then a lift that stops
between two floors: the sensors see it, everybody is called at once. Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from liftline.commands.kit import console
from liftline.parts import part
from liftline.settings import Settings
from liftline.supervision import control

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.record import Node
    from demo.result import Result

UP_TIMEOUT_S = 600


def command() -> None:
    """Two real alarms, pressed and seen by sensors, with their timelines; exit code 1 when a promise was broken."""
    play, play_sensed = part("demo.play", "play"), part("demo.sensed", "play")
    part("pjsua2", "Endpoint")
    settings = Settings()
    with instance_running(settings):
        zone = ZoneInfo(settings.time_zone)
        folder = new_folder(settings)
        console.print("\n[bold]第一幕：困人报警 · act one: one alarm, from press to release[/]  (about 45 s)\n")
        result = play(settings, folder, lambda pressed, node: tell(zone, pressed, node))
        _show(result)
        console.print(
            "\n[bold]第二幕：电梯停在层间，轿厢内两人 · act two: a lift stops between two floors, two people inside[/]"
            "  (about 1 min)\n"
        )
        sensed = play_sensed(settings, folder / "sensed", lambda stopped, node: tell(zone, stopped, node))
        _show(sensed)
    if not all(verdict.kept for verdict in [*result.verdicts, *sensed.verdicts]):
        raise typer.Exit(1)


@contextmanager
def instance_running(settings: Settings) -> Iterator[None]:
    """Start an instance when none runs, and stop it again in the end; one that runs stays as it is."""
    ours = not control.is_running(settings)
    if ours:
        console.print("[dim]Starting an instance for the demo …[/]")
        _liftline("up", "--detach")
    try:
        yield
    finally:
        if ours:
            _liftline("down", quietly=True)


def new_folder(settings: Settings) -> Path:
    """Where this demo leaves its files."""
    return settings.home / "demo" / datetime.now(ZoneInfo(settings.time_zone)).strftime("%Y%m%d-%H%M%S")


def tell(zone: ZoneInfo, pressed: datetime, node: Node) -> None:
    """Print one node of the timeline, with the seconds since the press."""
    at = node.at.astimezone(zone).strftime("%H:%M:%S.%f")[:-3]
    after = (node.at - pressed).total_seconds()
    what = " ".join(part for part in (node.role, node.target) if part)
    why = " ".join(str(node.detail[key]) for key in ("status", "how", "stage") if node.detail.get(key))
    console.print(
        f"{at}  [cyan]{after:+8.3f} s[/]  {node.title} · {node.title_en}  [dim]{what} {why}[/]", soft_wrap=True
    )


def _show(result: Result) -> None:
    table = Table(title="\n承诺 · promises", title_justify="left", show_edge=False)
    for heading in ("", "承诺 · promise", "实测 · measured"):
        table.add_column(heading)
    for verdict in result.verdicts:
        table.add_row("[green]✓[/]" if verdict.kept else "[red]✗[/]", verdict.promise, verdict.measured)
    console.print(table)
    console.print(f"\n事件 · incident   {result.number}")
    console.print(f"时间线 · timeline  {result.timeline}", soft_wrap=True)
    console.print(f"录音 · recording  {result.recording}", soft_wrap=True)
    if result.proof is not None:
        console.print(f"证据 · evidence   {result.proof.bundle}", soft_wrap=True)


def _liftline(*arguments: str, quietly: bool = False) -> None:
    """Run the command line itself, with its own progress on our terminal."""
    command = [sys.executable, "-m", "liftline", *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL if quietly else None, timeout=UP_TIMEOUT_S, check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
