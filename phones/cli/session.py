"""What both commands share: errors as one line, events as lines with a time, and a clean end at Ctrl-C."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from liftline.settings import get_settings
from phones.cli.texts import describe
from phones.errors import ExpectationError, PhoneError
from phones.events import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phones.events import Event
    from phones.process import Phone

POLL_S: Final = 0.2
console = Console(highlight=False)


@contextmanager
def told_plainly() -> Iterator[None]:
    """End with one line on stderr and exit code 1 when a phone cannot do its work; quietly at Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        console.print()
    except (PhoneError, OSError) as error:
        typer.secho(f"error: {str(error).splitlines()[0]}", fg="red", err=True)
        raise typer.Exit(1) from None


class Reporter:
    """Prints a phone's events as they come, in local time."""

    def __init__(self, phone: Phone, *, with_files: bool = False) -> None:
        self._phone = phone
        self._with_files = with_files
        self._shown = 0
        self._zone = ZoneInfo(get_settings().time_zone)

    def print_new(self) -> list[Event]:
        """Print what has not been printed, and return it."""
        new = self._phone.timeline.events[self._shown :]
        self._shown += len(new)
        for event in new:
            line = describe(event)
            if line and (self._with_files or event.name is not Name.RECORDED):
                self.print(line, event)
        return new

    def print(self, line: str, event: Event | None = None) -> None:
        """Print one line, with the time of its event."""
        when = event.utc.astimezone(self._zone).strftime("%H:%M:%S.%f")[:-3] if event else " " * 12
        call = f"#{event.call}" if event and event.call else ""
        console.print(Text.assemble((when, "dim"), f"  {call:3} ", (line, "bold")), soft_wrap=True)

    def wait(self, seconds: float = POLL_S) -> list[Event]:
        """Wait for the next event, up to that many seconds; print and return what is new."""
        try:
            self._phone.timeline.wait(lambda _event: True, seconds, "", self._shown)
        except ExpectationError:
            if self._phone.timeline.has_ended:
                raise PhoneError("the phone's process ended") from None
        return self.print_new()
