"""Writes the supervisor's configuration, `<home>/run/supervisord.conf`."""

from __future__ import annotations

import getpass
import shlex
from configparser import RawConfigParser
from typing import TYPE_CHECKING

from liftline.secrets import ensure_folder
from liftline.supervision.limits import file_limit
from liftline.supervision.processes import processes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liftline.settings import Settings
    from liftline.supervision.processes import Process

LOG_BYTES = 10_000_000
LOG_BACKUPS = 5
SETTLED_S = 2
"""A process that lives this long has started; one that dies earlier is tried again with growing pauses."""

RETRIES = 1_000_000
"""Never give up: the pause grows by a second with every failed start, and a missing disk or database comes back."""


def socket_path(settings: Settings) -> Path:
    """Return the supervisor's control socket, mode 0700."""
    return settings.run_dir / "supervisor.sock"


def pid_path(settings: Settings) -> Path:
    """Return the supervisor's pid file."""
    return settings.run_dir / "supervisord.pid"


def config_path(settings: Settings) -> Path:
    """Return the supervisor's configuration file."""
    return settings.run_dir / "supervisord.conf"


def write_config(settings: Settings) -> Path:
    """Write the configuration for all processes of this instance and return its path."""
    ensure_folder(settings.run_dir)
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    config = RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",  # its log file is enough
        "pidfile": _escaped(pid_path(settings)),
        "logfile": _escaped(settings.log_dir / "supervisor.log"),
        "logfile_maxbytes": str(LOG_BYTES),
        "logfile_backups": str(LOG_BACKUPS),
        "minfds": str(file_limit()),
        "umask": "077",  # names, numbers and voices of people are in what we write
        "directory": _escaped(settings.home),
        "user": getpass.getuser(),  # without it the supervisor warns about running as root
        "environment": _environment({"LIFTLINE_HOME": str(settings.home)}),
    }
    config["unix_http_server"] = {"file": _escaped(socket_path(settings)), "chmod": "0700"}
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for process in processes(settings):
        config[f"program:{process.name}"] = _program(settings, process)
    path = config_path(settings)
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
    return path


def _program(settings: Settings, process: Process) -> dict[str, str]:
    return {
        "command": _escaped(shlex.join(process.command)),
        "priority": str(process.priority),
        "autostart": "true",
        "autorestart": "true",
        "startsecs": str(SETTLED_S),
        "startretries": str(RETRIES),
        "stopwaitsecs": str(process.stop_wait_s),
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _escaped(settings.log_dir / f"{process.name}.log"),
        "stdout_logfile_maxbytes": str(LOG_BYTES),
        "stdout_logfile_backups": str(LOG_BACKUPS),
        "environment": _environment(process.environment),
    }


def _environment(variables: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in variables.items())


def _escaped(value: object) -> str:
    return str(value).replace("%", "%%")  # the supervisor expands %(name)s
