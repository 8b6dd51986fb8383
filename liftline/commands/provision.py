"""`liftline provision`: whether the switch knows the estate, and a way past the guard that keeps it from a wipe."""

from __future__ import annotations

import time
from typing import Annotated, Final

import typer

from liftline.commands.kit import console
from liftline.settings import Settings
from liftline.supervision import control
from liftline.supervision.instance import settings_of_instance
from liftline.supervision.provisioned import extra_lifts, unknown_lifts
from switch.provision.permission import VALID_S, Permission

_LOOK_EVERY_S: Final = 0.5


def command(
    force: Annotated[
        bool, typer.Option("--force", help="Let lifts vanish from the switch even if they are most of them, once.")
    ] = False,
) -> None:
    """Show which lifts the switch lacks and which it has too many; exit code 1 while there are any."""
    settings = settings_of_instance()
    if force:
        _let_vanish(settings)
    missing, extra = unknown_lifts(settings), extra_lifts(settings)
    if not missing and not extra:
        console.print("The switch knows exactly the lifts of the database.")
        return
    for says, codes in (("not pushed to the switch yet", missing), ("in the switch, but not in the database", extra)):
        if codes:
            console.print(f"{len(codes)} lifts {says}: {', '.join(codes[:10])}{' …' if len(codes) > 10 else ''}")  # noqa: PLR2004
    if extra and not force:
        console.print("If they shall go: `liftline provision --force`.")
    raise typer.Exit(1)


def _let_vanish(settings: Settings) -> None:
    """Permit it, and wait until the record process has done it."""
    if not any(state.name == "record" and state.pid for state in control.states(settings)):
        raise control.SupervisorError("the record process does not run, and nobody else writes to the switch")
    permission = Permission(settings.run_dir)
    permission.give()
    until = time.monotonic() + VALID_S
    while permission.given and time.monotonic() < until and extra_lifts(settings):
        time.sleep(_LOOK_EVERY_S)
    permission.use_up()
