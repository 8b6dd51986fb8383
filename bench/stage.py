"""The instance under test: configured and started as `liftline up` does, in a folder of its own, stopped by PID."""

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
from liftline.supervision.processes import Process, processes, write_helpers
from liftline.supervision.redis_config import write_redis_config
from store.migrating import migrate
from switch.config import render

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOT_S: Final = 30.0
BARE: Final = Path(__file__).with_name("bare.conf")
PREFIX: Final = "LIFTLINE_"


class StageError(RuntimeError):
    """The benchmark cannot be set up; the message says why in one line."""


def variables(ports: Ports) -> dict[str, str]:
    """Return the `LIFTLINE_*` variables of the instance under test: below `LIFTLINE_HOME`, loopback only."""
    own = get_settings()
    given = {
        "home": own.home / "bench",
        "runtime": own.runtime,
        "node": "bench",
        "port_base": ports.base,
        "rtp_start": ports.base + RTP_SPAN[0],
        "rtp_end": ports.base + RTP_SPAN[1],
        "trunk_host": CARRIER,
        "trunk_port": ports.mobiles,
        "trunk_match": CARRIER,
        "sample": "false",
        "announcements": "false",  # speech synthesis for hundreds of lifts is not what is measured
    }
    return {f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}


def settings_of(given: Mapping[str, str]) -> Settings:
    """Return the settings that these variables, and no others, make."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(given)
    return Settings()


def prepare(settings: Settings) -> None:
    """Make an empty instance: secrets, database, configuration, and the bare dialplan as a site's own."""
    shutil.rmtree(settings.home, ignore_errors=True)
    ensure_folder(settings.home)
    ensure_secrets(settings.secrets_dir)
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    render(settings, modules=asterisk_modules_dir(settings.runtime), data=asterisk_data_dir(settings.runtime))
    write_helpers(settings)
    write_redis_config(settings)
    site = settings.home / "asterisk" / "site" / "extensions.d"
    site.mkdir(parents=True)
    shutil.copy(BARE, site)


def start(settings: Settings, name: str, children: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    """Start one of the instance's own processes; `children` ends it."""
    program = next(process for process in processes(settings) if process.name == name)
    process = _spawn(settings, program)
    children.callback(stop, process, program.stop_wait_s)
    return process


def _spawn(settings: Settings, program: Process) -> subprocess.Popen[bytes]:
    with (settings.log_dir / f"{program.name}.log").open("wb") as log:
        return subprocess.Popen(
            program.command,
            env={**os.environ, **program.environment},
            cwd=settings.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def wait_booted(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    """Wait until Asterisk takes calls; raise `StageError` when it does not."""
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


def stop(process: subprocess.Popen[bytes], wait_s: float = 10.0) -> None:
    """End a process we started: politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
