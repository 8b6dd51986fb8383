"""The Asterisk under test: an instance of its own, configured and started as `liftline up` does, stopped by its PID."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.ports import CARRIER, RTP_SPAN, Ports
from liftline.runtime.programs import asterisk_data_dir, asterisk_modules_dir
from liftline.secrets import ensure_folder, ensure_secrets
from liftline.settings import Settings, get_settings
from liftline.supervision.asterisk_console import say
from liftline.supervision.processes import asterisk, write_helpers
from store.migrating import migrate
from switch.config import render

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOT_S: Final = 30.0
STOP_S: Final = 10.0
BARE: Final = Path(__file__).with_name("bare.conf")


class StageError(RuntimeError):
    """The instance under test cannot be set up; the message says why in one line."""


def settings_for(ports: Ports) -> Settings:
    """Return the settings of the instance under test: a folder of its own below `LIFTLINE_HOME`, loopback only."""
    own = get_settings()
    return Settings(
        home=own.home / "bench",
        runtime=own.runtime,
        node="bench",
        port_base=ports.base,
        rtp_start=ports.base + RTP_SPAN[0],
        rtp_end=ports.base + RTP_SPAN[1],
        trunk_host=CARRIER,
        trunk_port=ports.mobiles,
        trunk_match=CARRIER,
        sample=False,
        database_url="",
    )


@contextlib.contextmanager
def asterisk_running(settings: Settings, *, keep: bool) -> Iterator[int]:
    """Run Asterisk and give its PID; afterwards it is stopped, and the folder removed unless `keep`.

    Raises:
        StageError: it does not come up.
    """
    shutil.rmtree(settings.home, ignore_errors=True)
    _prepare(settings)
    program = asterisk(settings)
    with (settings.log_dir / "asterisk.log").open("wb") as log:
        process = subprocess.Popen(
            program.command,
            env={**os.environ, **program.environment},
            cwd=settings.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_booted(settings, process)
        yield process.pid
    finally:
        stop(process)
        if not keep:
            shutil.rmtree(settings.home, ignore_errors=True)


def _prepare(settings: Settings) -> None:
    ensure_folder(settings.home)
    ensure_secrets(settings.secrets_dir)
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    render(settings, modules=asterisk_modules_dir(settings.runtime), data=asterisk_data_dir(settings.runtime))
    write_helpers(settings)
    site = settings.home / "asterisk" / "site" / "extensions.d"
    site.mkdir(parents=True)
    shutil.copy(BARE, site)


def _wait_booted(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + BOOT_S
    while True:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            say(settings, "core waitfullybooted")
            return
        if process.poll() is not None or time.monotonic() > deadline:
            log = settings.log_dir / "asterisk.log"
            last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
            raise StageError(f"Asterisk did not come up: {last[0]}")
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process we started: politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
