"""The processes of an instance: the command line of each, and the order in which they start and stop."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carrier.control import command as carrier
from liftline.runtime.programs import SYSTEM_PATH, astcanary_command, asterisk_command, mosquitto_command, redis_command
from liftline.supervision.limits import realtime_permitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liftline.settings import Settings


@dataclass(frozen=True)
class Process:
    """One supervised process.

    `priority`: low ones start first and stop last. `stop_wait_s`: after this time SIGTERM is followed by SIGKILL.
    """

    name: str
    command: list[str]
    priority: int
    stop_wait_s: int = 10
    environment: Mapping[str, str] = field(default_factory=dict)


def processes(settings: Settings) -> list[Process]:
    """Return what this instance runs, in the order of starting.

    Asterisk is first to start and last to stop: an alarm needs nothing else, and while the others stop or
    start, it is taken and recorded all the same.
    """
    found = []
    if settings.runs_here("asterisk"):
        found.append(asterisk(settings))
    if settings.pretend_carrier and settings.runs_here("carrier"):
        found.append(Process("carrier", carrier(settings), 15, environment={"TZ": "UTC"}))
    if settings.own_redis and settings.runs_here("redis"):
        found.append(Process("redis", redis_command([str(settings.redis_dir / "redis.conf")], settings.runtime), 20))
    if settings.own_broker:
        found.append(
            Process(
                "mosquitto",
                mosquitto_command(["-c", str(settings.mosquitto_dir / "mosquitto.conf")], settings.runtime),
                25,
            )
        )
    if settings.runs_here("record"):
        found.append(Process("record", liftline("run", "record"), 30, stop_wait_s=15))
    if settings.runs_here("sensing"):
        found.append(Process("sensing", liftline("run", "sensing"), 35, stop_wait_s=15))
    if settings.runs_here("api"):
        found.append(Process("api", liftline("run", "api"), 40))
    return found


def asterisk(settings: Settings) -> Process:
    """Return the call plane's one process."""
    arguments = ["-f", "-C", str(settings.asterisk_etc / "asterisk.conf")]
    # The journal's times are written in Asterisk's local time: that has to be UTC.
    environment = {"TZ": "UTC"}
    if realtime_permitted():
        arguments.append("-p")  # media must not stutter when Python is busy
        environment["PATH"] = f"{helpers_dir(settings)}:{SYSTEM_PATH}"
    return Process("asterisk", asterisk_command(arguments, settings.runtime), 10, environment=environment)


def helpers_dir(settings: Settings) -> Path:
    """Return the folder of small programs that Asterisk looks up on PATH."""
    return settings.run_dir / "bin"


def write_helpers(settings: Settings) -> None:
    """Put Asterisk's real-time watchdog on its PATH when it comes from the runtime's root."""
    canary = astcanary_command(settings.runtime)
    if canary:
        helpers_dir(settings).mkdir(parents=True, exist_ok=True)
        script = helpers_dir(settings) / "astcanary"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(canary)} "$@"\n', encoding="utf-8")
        script.chmod(0o700)


def liftline(*arguments: str) -> list[str]:
    """Return the command line of one of our own commands, in this very virtual environment."""
    return [sys.executable, "-m", "liftline", *arguments]
