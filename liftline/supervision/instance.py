"""Keeps an instance's `LIFTLINE_*` variables beside it, so that any shell can ask it or stop it by its home alone."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from typing import TYPE_CHECKING

from liftline.secrets import FILE_MODE, ensure_folder
from liftline.settings import Settings
from liftline.supervision.preflight import PreflightError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = "LIFTLINE_"


def environment_path(settings: Settings) -> Path:
    """Return the file with the variables of the last start; mode 0600, a database's password may be among them."""
    return settings.run_dir / "environment.json"


def process_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for this instance's processes, its home made absolute."""
    return {**os.environ, "LIFTLINE_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}


def keep_environment(settings: Settings) -> None:
    """Write down the variables this instance is started with."""
    ensure_folder(settings.run_dir)
    kept = {name: value for name, value in process_environment(settings).items() if name.startswith(PREFIX)}
    descriptor = os.open(environment_path(settings), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=2)


def settings_of_instance() -> Settings:
    """Return the settings the instance in `LIFTLINE_HOME` was last started with.

    A variable set in this shell wins; without a last start these are simply the settings.
    """
    settings = Settings()
    with contextlib.suppress(OSError, ValueError):
        for name, value in json.loads(environment_path(settings).read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, value)
        settings = Settings()
    return settings


@contextlib.contextmanager
def only_one_start(settings: Settings) -> Iterator[None]:
    """Keep a second start of the same home out; raise `PreflightError` when one is under way."""
    ensure_folder(settings.run_dir)
    with (settings.run_dir / "start.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PreflightError([f"another start of {settings.home} is under way"]) from None
        yield
