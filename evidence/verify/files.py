"""Checks the files on the disk against the index that the log covers."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from evidence.verify.findings import Finding, Trouble
from recordings.audio import digest_of
from recordings.store import OutsideError
from store.models import Recording
from store.session import read_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from evidence.verify.findings import Report
    from recordings.store import RecordingStore

_READERS: Final = 4
_ENDINGS: Final = (".wav",)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as the index knows it."""

    record_id: int
    name: str
    bytes: int | None
    sha256: str


def kept_files(
    engine: Engine, *, since: datetime | None = None, until: datetime | None = None, incident_id: int | None = None
) -> list[Kept]:
    """Return the finished files, of all recordings or those that began in a time or belong to an incident."""
    query = select(Recording.id, Recording.file, Recording.bytes, Recording.sha256).where(Recording.sha256.is_not(None))
    if since is not None:
        query = query.where(Recording.started_at >= since)
    if until is not None:
        query = query.where(Recording.started_at < until)
    if incident_id is not None:
        query = query.where(Recording.incident_id == incident_id)
    with read_scope(engine) as session:
        rows = session.execute(query.order_by(Recording.id)).all()
    return [Kept(record_id, name, size, sha256 or "") for record_id, name, size, sha256 in rows]


def check_files(
    store: RecordingStore, files: list[Kept], report: Report, tell: Callable[[int], None], *, whole: bool
) -> None:
    """Hash each file; `whole`: also name files that no index entry knows."""
    with ThreadPoolExecutor(_READERS) as pool:
        for finding, size in pool.map(lambda one: _check(store, one), files):
            report.files += 1
            report.bytes += size
            if finding is not None:
                report.findings.append(finding)
            tell(1)
    if whole:
        _strangers(store, {one.name for one in files}, report)


def _check(store: RecordingStore, one: Kept) -> tuple[Finding | None, int]:
    what = f"file {one.name} (recording {one.record_id})"
    expected = f"SHA-256 {one.sha256}"
    try:
        path = store.path(one.name)
        size = path.stat().st_size
        digest = digest_of(path)
    except FileNotFoundError:
        return Finding(Trouble.MISSING, what, expected, "no such file"), 0
    except (OSError, OutsideError) as error:
        return Finding(Trouble.MISSING, what, expected, f"not readable: {error}"), 0
    if digest != one.sha256:
        found = f"SHA-256 {digest}" + (f", {size} bytes in place of {one.bytes}" if size != one.bytes else "")
        return Finding(Trouble.ALTERED, what, expected, found), size
    return None, size


def _strangers(store: RecordingStore, known: set[str], report: Report) -> None:
    raw = str(store.raw_dir)
    for folder, names, files in os.walk(store.root):
        names.sort()
        if folder == raw:
            continue
        for name in sorted(files):
            if not name.endswith(_ENDINGS) or name.startswith("."):
                continue
            relative = os.path.relpath(os.path.join(folder, name), store.root).replace(os.sep, "/")  # noqa: PTH118 - of os.walk
            if relative not in known:
                report.add(Trouble.ADDED, f"file {relative}", "an entry in the index", "none")
