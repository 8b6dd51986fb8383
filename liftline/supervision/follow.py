"""Reads the processes' log files, from their ends on, across rotation."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLL_S = 0.2
LONGEST_READ = 1_000_000


@dataclass
class _Tail:
    name: str
    path: Path
    file: BinaryIO | None = None
    rest: bytes = b""

    def lines(self) -> Iterator[str]:
        """Yield what was written since the last call, whole lines only."""
        if self.file is None and not self._open():
            return
        assert self.file is not None  # noqa: S101 - for the type checker
        written = self.rest + self.file.read(LONGEST_READ)
        *whole, self.rest = written.split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
        if not whole and self._rotated():
            self.file.close()
            self.file = None

    def _open(self) -> bool:
        try:
            self.file = self.path.open("rb")
        except FileNotFoundError:
            return False
        return True

    def _rotated(self) -> bool:
        assert self.file is not None  # noqa: S101 - for the type checker
        try:
            return self.path.stat().st_ino != os.fstat(self.file.fileno()).st_ino
        except FileNotFoundError:
            return False


def log_files(folder: Path) -> dict[str, Path]:
    """Return process name → log file."""
    return {path.stem: path for path in sorted(folder.glob("*.log")) if not path.stem.endswith(".out")}


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last `count` lines of a file, fewer when they are longer than a megabyte together."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_READ))
        return file.read().decode(errors="replace").splitlines()[-count:]


def follow(folder: Path, only: str | None = None) -> Iterator[tuple[str, str] | None]:
    """Yield (process, line) for what is written from now on, and None whenever there is a pause."""
    tails: dict[str, _Tail] = {}
    started = False
    while True:
        for name, path in log_files(folder).items():
            if name not in tails and only in (None, name):
                tails[name] = tail = _Tail(name, path)
                if not started and tail._open() and tail.file:  # noqa: SLF001 - its own module
                    tail.file.seek(0, os.SEEK_END)
        started = True
        quiet = True
        for tail in tails.values():
            for line in tail.lines():
                quiet = False
                yield tail.name, line
        if quiet:
            yield None
            time.sleep(POLL_S)
