"""Shows the steps of a start: a bar while one runs, a line when it is done."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from rich.console import Console

REPORT_EVERY_S = 5.0
"""Without a terminal (CI, a service), progress is a line now and then."""


class Doing:
    """One step under way; `note` is what its closing line says."""

    def __init__(self, console: Console, bars: Progress, title: str) -> None:
        self.note = ""
        self._console = console
        self._bars = bars
        self._title = title
        self._reported = time.monotonic()
        self.task = bars.add_task(title, total=None, text="")

    def progress(self, part: float, text: str) -> None:
        """Show that `part` (0 to 1) is done, and what is being done."""
        self._bars.update(self.task, total=1.0, completed=part, text=text)
        if not self._console.is_terminal and time.monotonic() - self._reported > REPORT_EVERY_S:
            self._reported = time.monotonic()
            self._console.print(f"  … {self._title}: {text} {part:.0%}")


class Progression:
    """Context manager around all steps."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[text]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Start showing."""
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop showing, so that the terminal is left as it was."""
        self._bars.stop()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Doing]:
        """Show one step; its closing line tells the time it took."""
        began = time.monotonic()
        doing = Doing(self._console, self._bars, title)
        try:
            yield doing
        except BaseException:
            self._console.print(f"[red]✗[/] {title}")
            raise
        finally:
            self._bars.remove_task(doing.task)
        self._console.print(f"[green]✓[/] {title:<20} {doing.note} [dim]{time.monotonic() - began:.1f} s[/]")
