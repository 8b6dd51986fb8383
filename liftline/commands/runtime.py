"""`liftline runtime`: fetch Asterisk, Redis and SIPp where they are missing; tests and benchmark ask for it."""

from __future__ import annotations

from liftline.commands.kit import console
from liftline.commands.steps import Progression
from liftline.runtime.fetching import ensure_runtime
from liftline.settings import get_settings


def command() -> None:
    """Fetch Asterisk, Redis, Mosquitto and SIPp where they are missing."""
    settings = get_settings()
    settings.runtime.parent.mkdir(parents=True, exist_ok=True)
    with Progression(console) as progression, progression.step("Asterisk and Redis") as doing:
        fetched = ensure_runtime(settings, doing.progress)
        doing.note = f"fetched: {', '.join(fetched)}" if fetched else "present"
