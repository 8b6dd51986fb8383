"""What the commands share: the terminal, and how a log line of a process looks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from liftline.supervision.readable import readable

console = Console(highlight=False)

COLOURS = {
    "asterisk": "green",
    "record": "cyan",
    "api": "blue",
    "redis": "magenta",
    "carrier": "yellow",
    "mosquitto": "magenta",
    "sensing": "cyan",
}
NAME_WIDTH = 10


def print_process_line(name: str, line: str, zone: str) -> None:
    """Print one line of a process' log, its name in front; in a terminal as words with the time of `zone`."""
    if console.is_terminal:
        line = readable(line, ZoneInfo(zone))
    text = Text.assemble((f"{name:<{NAME_WIDTH}}", COLOURS.get(name, "dim")), " ", Text.from_ansi(line))
    console.print(text, soft_wrap=True)
