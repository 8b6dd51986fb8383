"""How to start Asterisk, Redis, Mosquitto and SIPp: from the runtime's root, or the system's own.

A program of the root is started through the root's own dynamic loader with the root's own libraries, so it
needs neither chroot nor privileges; in `ps` it therefore appears under the loader's name.
A root in `LIFTLINE_RUNTIME` wins over the system's programs, because someone put it there on purpose. What a root
lacks that was made before we needed it lies in a second root inside it (`MORE`), with libraries of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from liftline.settings import get_settings

OLDEST_ASTERISK = 20
OLDEST_REDIS = 6
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
VERSION_TIMEOUT_S = 10.0

NEEDED_MODULES = (
    "app_dial",
    "app_mixmonitor",
    "app_queue",
    "app_chanspy",
    "cel_custom",
    "chan_pjsip",
    "res_cdrel_custom",  # the journal as JSON lines: releases without it write comma-separated ones only
    "res_http_websocket",
    "res_musiconhold",
    "res_pjsip_session",
    "res_sorcery_astdb",
    "res_srtp",
)
"""A sample of what the call plane needs; distributions that leave one out are of no use to us."""


@dataclass(frozen=True)
class Program:
    """One program of the runtime."""

    name: str
    file: str
    """Path below the root."""
    package: str
    """Debian package that carries it."""


ASTERISK = Program("asterisk", "usr/sbin/asterisk", "asterisk")
REDIS = Program("redis-server", "usr/bin/redis-server", "redis-server")
MOSQUITTO = Program("mosquitto", "usr/sbin/mosquitto", "mosquitto")
SIPP = Program("sipp", "usr/bin/sipp", "sip-tester")


MORE = "more"
"""Folder of the root with what was added to it later."""


class ProgramMissingError(Exception):
    """Neither the runtime nor the system has the program."""

    def __init__(self, program: Program, root: Path) -> None:
        super().__init__(
            f"no {program.name} in {root} and none fit for use on this system: `liftline runtime` fetches it"
        )


def asterisk_command(args: list[str], root: Path | None = None) -> list[str]:
    """Return the command line of Asterisk with `args`; raise `ProgramMissingError` when there is none."""
    return [*_start(ASTERISK, _root(root)), *args]


def redis_command(args: list[str], root: Path | None = None) -> list[str]:
    """Return the command line of redis-server with `args`; raise `ProgramMissingError` when there is none."""
    return [*_start(REDIS, _root(root)), *args]


def mosquitto_command(args: list[str], root: Path | None = None) -> list[str]:
    """Return the command line of Mosquitto with `args`; raise `ProgramMissingError` when there is none."""
    return [*_start(MOSQUITTO, _root(root)), *args]


def sipp_command(args: list[str], root: Path | None = None) -> list[str]:
    """Return the command line of SIPp with `args`; raise `ProgramMissingError` when there is none."""
    return [*_start(SIPP, _root(root)), *args]


def asterisk_modules_dir(root: Path | None = None) -> Path:
    """Return the folder of the modules that belong to `asterisk_command`."""
    root = _root(root)
    libraries = _libraries(root)
    if _has(ASTERISK, root) and libraries:
        return libraries / "asterisk/modules"
    return _system_modules_dir() or Path("/usr/lib/asterisk/modules")


def asterisk_data_dir(root: Path | None = None) -> Path:
    """Return Asterisk's shared data: its documentation, without which some modules refuse to load."""
    root = _root(root)
    return root / "usr/share/asterisk" if _has(ASTERISK, root) else Path("/usr/share/asterisk")


def astcanary_command(root: Path | None = None) -> list[str] | None:
    """Return the command line of Asterisk's real-time watchdog, None where Asterisk finds it by itself.

    Asterisk looks it up on PATH, and gives up real-time scheduling when it does not run.
    """
    root = _root(root)
    loader = _loader(root)
    canary = root / "usr/sbin/astcanary"
    return _through(loader, canary) if loader and canary.is_file() else None


def missing_programs(root: Path | None = None) -> list[Program]:
    """Return what must be fetched: what is neither in the root nor on the system in a version that serves."""
    root = _root(root)
    return [p for p in (ASTERISK, REDIS, MOSQUITTO, SIPP) if not _has(p, root) and not _system(p)]


def _root(root: Path | None) -> Path:
    return root if root is not None else get_settings().runtime


def _loader(root: Path) -> Path | None:
    return next(iter(sorted(root.glob("usr/lib/*-linux-gnu*/ld-linux-*.so.*"))), None)


def _libraries(root: Path) -> Path | None:
    loader = _loader(root)
    return loader.parent if loader else None


def _has(program: Program, root: Path) -> bool:
    return _home(program, root) is not None


def _home(program: Program, root: Path) -> Path | None:
    """Return the root that has the program: this one, or the one inside it."""
    places = (root, root / MORE)
    return next((place for place in places if (place / program.file).is_file() and _loader(place)), None)


def _start(program: Program, root: Path) -> list[str]:
    home = _home(program, root)
    loader = _loader(home) if home else None
    if home and loader:
        return _through(loader, home / program.file)
    system = _system(program)
    if system:
        return [system]
    raise ProgramMissingError(program, root)


def _through(loader: Path, file: Path) -> list[str]:
    return [str(loader), "--library-path", str(loader.parent), str(file)]


@lru_cache
def _system(program: Program) -> str | None:
    """Return the system's own program when it serves."""
    path = shutil.which(program.name, path=SYSTEM_PATH)
    if not path:
        return None
    if program is ASTERISK and not (_version(path, "-V") >= OLDEST_ASTERISK and _modules_serve(_system_modules_dir())):
        return None
    if program is REDIS and _version(path, "--version") < OLDEST_REDIS:
        return None
    return path


def _version(path: str, option: str) -> int:
    try:
        said = subprocess.run(
            [path, option], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    major = re.search(r"(\d+)\.\d+", said)
    return int(major[1]) if major else 0


def _system_modules_dir() -> Path | None:
    places = [*sorted(Path("/usr/lib").glob("*/asterisk/modules")), Path("/usr/lib/asterisk/modules")]
    places.append(Path("/usr/lib64/asterisk/modules"))
    return next((place for place in places if place.is_dir()), None)


def _modules_serve(folder: Path | None) -> bool:
    return folder is not None and all((folder / f"{name}.so").is_file() for name in NEEDED_MODULES)
