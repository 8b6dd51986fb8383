"""`liftline down`: stop everything of this instance, and what a killed supervisor left behind."""

from __future__ import annotations

from liftline.commands.kit import console
from liftline.supervision import control
from liftline.supervision.instance import settings_of_instance
from liftline.supervision.orphans import stop_orphans


def command() -> None:
    """Stop everything of this instance."""
    settings = settings_of_instance()
    was_running = control.shut_down(settings)
    orphans = stop_orphans(settings)
    console.print("Stopped." if was_running or orphans else f"Nothing runs in {settings.home}.")
