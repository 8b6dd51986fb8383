"""The command line `liftline`: names and one-line helps; what a command does is imported when it runs."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = {
    "up": ("liftline.commands.up", "Set up what is missing, start everything, and follow."),
    "down": ("liftline.commands.down", "Stop everything of this instance."),
    "status": ("liftline.commands.status", "Processes, ports, registrations, open incidents."),
    "logs": ("liftline.commands.logs", "What the processes say."),
    "doctor": ("liftline.commands.doctor", "Say what is wrong and how to mend it."),
    "demo": ("liftline.commands.demo", "One real alarm from press to release, with its timeline."),
    "demo-console": ("liftline.commands.demo_console", "A live alarm for the console: answer it in the browser."),
    "press": ("phones.cli.press", "A cabin: press the alarm button, talk and listen."),
    "phone": ("phones.cli.phone", "A guard's or maintainer's phone that behaves as told."),
    "simulate": ("liftline.commands.simulate", "A lift's sensors in a scenario: events as NDJSON."),
    "verify": (
        "liftline.commands.verify",
        "Check every record and file against the signed log, and name what is wrong.",
    ),
    "bundle": ("liftline.commands.bundle", "One ZIP that proves an incident, off line."),
    "evidence": (
        "liftline.commands.evidence",
        "The key that signs the log: show it, sign now, put a new one in its place.",
    ),
    "witness": ("liftline.commands.witness", "Countersign other people's logs (for who is not their owner)."),
    "import": ("store.cli", "Load an estate from CSV or XLSX."),
    "provision": ("liftline.commands.provision", "Compare the switch's lifts with the database's."),
    "gateway": ("liftline.commands.gateway", "Tools for those who connect sensor gateways."),
    "forward": (
        "liftline.commands.forward",
        "What waits to be sent to the city's platform; send again what it refused.",
    ),
    "receiver": ("liftline.commands.receiver", "A reference receiver to try out sending on with."),
    "runtime": ("liftline.commands.runtime", "Fetch Asterisk, Redis, Mosquitto and SIPp where they are missing."),
    "run": ("liftline.commands.run", "Run one process in the foreground (used by the supervisor)."),
}
"""Command → module that offers it as `command` (a typer app or a plain function annotated for typer), and its help."""


class Commands(TyperGroup):
    """Commands that are imported when they are asked for, so that `liftline --help` is quick."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # noqa: ARG002 - typer's
        """Return the commands in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401, ARG002 - typer's
        """Import and return a command; None when there is no such one."""
        if cmd_name not in COMMANDS:
            return None
        module, _help = COMMANDS[cmd_name]
        try:
            return _made_ready(importlib.import_module(module).command, cmd_name)
        except (ImportError, AttributeError) as error:
            _fail([_explain(cmd_name, error)])

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override] # noqa: ANN401
        """Write names and helps without importing a single command."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_module, help_text) in COMMANDS.items()])


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def liftline() -> None:
    """Liftline, the voice switch behind a lift's alarm button. Settings are LIFTLINE_* variables."""


def main() -> None:
    """Run the command line; a known error is one line on stderr and exit code 1."""
    try:
        app(prog_name="liftline")
    except Exception as error:
        lines = _known(error)
        if lines is None:
            raise
        _fail(lines)


def _fail(lines: list[str]) -> NoReturn:
    for line in lines:
        typer.secho(f"error: {line}", fg="red", err=True)
    sys.exit(1)


def _made_ready(command: typer.Typer | Callable[..., None], name: str) -> Any:  # noqa: ANN401 - typer's own class
    if isinstance(command, typer.Typer):
        parser = command
    else:
        parser = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        parser.command(name)(command)
    found = get_command(parser)
    found.name = name
    return found


def _explain(name: str, error: Exception) -> str:
    missing = getattr(error, "name", None) or ""
    if missing == "pjsua2":
        return f"`{name}` needs real phones: pip install 'liftline[phones]'"
    return f"`{name}` is not part of this installation ({error})"


def _known(error: Exception) -> list[str] | None:
    """Return the lines of an error that a user can mend, None for one that only we can."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    from liftline.parts import PartMissingError
    from liftline.runtime.debian import FetchError
    from liftline.runtime.programs import ProgramMissingError
    from liftline.secrets import SecretMissingError
    from liftline.supervision.control import SupervisorError
    from liftline.supervision.health import UnhealthyError
    from liftline.supervision.preflight import PreflightError

    if isinstance(error, ValidationError):
        return [f"LIFTLINE_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
    if isinstance(error, OSError):
        return [f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)]
    if isinstance(error, DBAPIError):
        return [f"database: {str(error.orig).splitlines()[0]} (LIFTLINE_DATABASE_URL)"]
    ours = (PartMissingError, FetchError, ProgramMissingError, SecretMissingError, SupervisorError)
    if isinstance(error, (*ours, UnhealthyError, PreflightError)):
        return str(error).splitlines()
    return None
