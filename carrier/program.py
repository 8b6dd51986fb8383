"""Where Asterisk is: in the instance's runtime (a Debian root that needs no chroot), or the system's own."""

from __future__ import annotations

import shutil
from pathlib import Path

LOADER = "ld-linux-*.so.*"


class AsteriskMissingError(Exception):
    """Neither the runtime nor the system has an Asterisk."""

    def __init__(self, runtime: Path) -> None:
        super().__init__(f"no Asterisk in {runtime} and none on the PATH")


def _library_folder(runtime: Path) -> Path | None:
    """The multi-arch library folder of a Debian root, whatever the machine's architecture."""
    found = sorted(runtime.glob(f"usr/lib/*-linux-gnu*/{LOADER}"))
    return found[0].parent if found else None


def asterisk_command(runtime: Path) -> list[str]:
    """The words that start Asterisk: the runtime's own one through its own loader, else the system's.

    Raises `AsteriskMissingError` when there is neither.
    """
    libraries = _library_folder(runtime)
    program = runtime / "usr/sbin/asterisk"
    if libraries and program.exists():
        loader = sorted(libraries.glob(LOADER))[0]
        return [str(loader), "--library-path", str(libraries), str(program)]
    installed = shutil.which("asterisk")
    if installed is None:
        raise AsteriskMissingError(runtime)
    return [installed]


def module_folder(runtime: Path) -> Path:
    """The folder of Asterisk's loadable modules that belongs to `asterisk_command`."""
    libraries = _library_folder(runtime)
    if libraries and (libraries / "asterisk/modules").is_dir():
        return libraries / "asterisk/modules"
    candidates = [*sorted(Path("/usr/lib").glob("*-linux-gnu/asterisk/modules")), Path("/usr/lib/asterisk/modules")]
    return next((folder for folder in candidates if folder.is_dir()), candidates[-1])


def data_folder(runtime: Path) -> Path:
    """Asterisk's shared data (its documentation files, without which some modules refuse to load)."""
    inside = runtime / "usr/share/asterisk"
    return inside if inside.is_dir() else Path("/usr/share/asterisk")
