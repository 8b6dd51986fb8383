"""Which files make up the journal, in which order, and which is which after a rename.

Asterisk opens, appends and closes `journal.jsonl` for each record, so renaming the file rotates it: the next
record makes a new one. A rotated file is called `journal-<UTC stamp>.jsonl`; logrotate's `journal.jsonl.<n>`
is understood too. Neither name nor inode says which file it is, for names change and inodes are used again;
the digest of its first line does, for that line holds a channel's unique id and a time in milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

CURRENT = "journal.jsonl"
_STAMPED = re.compile(r"journal-(\d{8}T\d{6}\.\d{6})Z\.jsonl")
_NUMBERED = re.compile(r"journal\.jsonl\.(\d+)")
_FIRST_LINE_LIMIT = 1 << 20
_DIGEST_CHARS = 32


@dataclass(frozen=True, slots=True)
class Segment:
    """One open file of the journal. While it is open its inode cannot be used again."""

    identity: str
    file: IO[bytes]
    path: Path
    """Its path when it was opened; a rotation may have renamed it since."""

    def same_file(self, path: Path) -> bool:
        """Return whether `path` names this very file now."""
        try:
            return os.path.samestat(os.fstat(self.file.fileno()), path.stat())
        except FileNotFoundError:
            return False

    def size(self) -> int:
        """Return its length in bytes now."""
        return os.fstat(self.file.fileno()).st_size


def identify(file: IO[bytes], *, whole: bool = False) -> str | None:
    """Return the digest of the first line, or none while that line is not complete.

    Args:
        file: the open segment; its position is moved.
        whole: take what there is for the first line: nothing will be added any more.
    """
    file.seek(0)
    line = file.readline(_FIRST_LINE_LIMIT)
    if not line or not (whole or line.endswith(b"\n") or len(line) == _FIRST_LINE_LIMIT):
        return None
    return hashlib.sha256(line).hexdigest()[:_DIGEST_CHARS]


def _age_key(path: Path) -> tuple[int, int, str]:
    """Sort logrotate's files before ours, oldest first in each, and the current file last."""
    if numbered := _NUMBERED.fullmatch(path.name):
        return (0, -int(numbered[1]), "")
    if stamped := _STAMPED.fullmatch(path.name):
        return (1, 0, stamped[1])
    return (2, 0, "")


def discover(folder: Path) -> list[Path]:
    """Return the journal's files in the order they were written, the current one last."""
    if not folder.is_dir():
        return []
    names = (CURRENT, _STAMPED, _NUMBERED)
    found = [
        path
        for path in folder.iterdir()
        if any(path.name == name if isinstance(name, str) else name.fullmatch(path.name) for name in names)
    ]
    return sorted(found, key=_age_key)


def open_segment(path: Path, *, sealed: bool) -> Segment | None:
    """Open a file of the journal; none when it is gone, empty, or its first line is not complete yet."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    identity = identify(file, whole=sealed)
    if identity is None:
        file.close()
        return None
    return Segment(identity, file, path)


def following(folder: Path, segment: Segment) -> Segment | None:
    """Return the segment written after this one, or none while this one may still grow.

    Asterisk writes one record at a time, so the first byte of a following file seals this one.
    """
    while True:
        path = _path_after(folder, segment)
        if path is None:
            return None
        candidate = open_segment(path, sealed=path.name != CURRENT)
        # The file may have been rotated between listing and opening; then the name is another file's.
        if candidate is None:
            if _path_after(folder, segment) == path:
                return None
            continue
        after = _path_after(folder, segment)
        if after is not None and candidate.same_file(after):
            return candidate
        candidate.file.close()


def _path_after(folder: Path, segment: Segment) -> Path | None:
    """Return the name of the oldest non-empty file after this one; the oldest of all when this one is gone."""
    paths = discover(folder)
    mine = next((place for place, path in enumerate(paths) if segment.same_file(path)), -1)
    return next((path for path in paths[mine + 1 :] if _size(path)), None)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def rotate(folder: Path, now: datetime) -> Path | None:
    """Rename the current file so that Asterisk begins a new one; return its new path, none if it is empty.

    Args:
        folder: the journal's folder.
        now: time of the rotation (UTC). When the clock has been set back, the stamp follows the last one
            instead, so that the names' order stays the order of writing.
    """
    current = folder / CURRENT
    if not _size(current):
        return None
    stamp = f"{now:%Y%m%dT%H%M%S.%f}"
    stamps = [match[1] for path in discover(folder) if (match := _STAMPED.fullmatch(path.name))]
    if stamps and stamp <= max(stamps):
        last = max(stamps)
        stamp = f"{last[:9]}{float(last[9:]) + 0.000001:013.6f}"
    target = folder / f"journal-{stamp}Z.jsonl"
    current.rename(target)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return target
