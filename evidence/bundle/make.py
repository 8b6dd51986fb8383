"""Makes the ZIP of one incident."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from evidence.bundle.contents import NoHeadError, read_contents
from evidence.bundle.documents import as_text, manifest_document, proofs_document, timeline_document
from evidence.bundle.journal import journal_lines
from evidence.bundle.readme import README
from evidence.bundle.verifier import verifier_source
from evidence.log.heads import sign_now
from evidence.log.keys import KeyRing
from evidence.witness.parties import witnesses_of
from recordings.store import OutsideError, RecordingStore
from store.repositories.incidents import by_number
from store.session import read_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from io import BufferedReader
    from pathlib import Path

    from sqlalchemy import Engine

    from evidence.bundle.contents import Contents
    from evidence.core.keys import Signer
    from liftline.settings import Settings

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was made."""

    path: Path
    number: str
    records: int
    files: int
    bytes: int
    sha256: str


class NoSuchIncidentError(LookupError):
    """There is no incident of that number."""


def make_bundle(settings: Settings, engine: Engine, number: str, target: Path, now: datetime) -> Bundle:
    """Write the bundle of an incident to `target`, whole or not at all.

    Raises:
        NoSuchIncidentError: there is no such incident.
        evidence.bundle.contents.NotProvenError: a record is not what was logged.
        evidence.log.keys.KeyMissingError: the key that signs is on another machine.
        OSError: the disk is full, or does not work.
    """
    signer = KeyRing(engine, settings.secrets_dir, settings.evidence_name).signer(now)
    contents = _covered(settings, engine, number, signer, now)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            files = _Writer(archive, now)
            _fill(files, settings, contents, now)
            manifest = as_text(manifest_document(number, now, files.written))
            files.add("manifest.json", manifest)
            files.add("manifest.sig", base64.b64encode(signer.sign(manifest)) + b"\n")
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Bundle(target, number, len(contents.facts), len(files.written), size, digest)


def _covered(settings: Settings, engine: Engine, number: str, signer: Signer, now: datetime) -> Contents:
    """Read the incident; where no head covers it yet, sign one."""
    try:
        return _read(engine, number)
    except NoHeadError:
        sign_now(engine, signer, now, settings.evidence_dir)
        return _read(engine, number)


def _read(engine: Engine, number: str) -> Contents:
    with read_scope(engine) as session:
        incident = by_number(session, number)
        if incident is None:
            raise NoSuchIncidentError(f"there is no incident {number}")
        return read_contents(session, incident)


def _fill(files: _Writer, settings: Settings, contents: Contents, now: datetime) -> None:
    from evidence.bundle.pdf import Paper, draw  # noqa: PLC0415 - heavy, and only needed here

    zone = ZoneInfo(settings.time_zone)
    store = RecordingStore(settings.recordings_dir)
    timeline = timeline_document(contents, zone, now)
    lines, lost = journal_lines(settings.journal_file.parent, contents.rows("node"))
    keys = {one.name: str(one.verifier) for one in witnesses_of(settings)}
    sounds: dict[str, Path] = {}
    missing: list[str] = []
    for row in contents.rows("recording"):
        if row.get("sha256") is None:
            continue
        try:
            path = store.path(row["file"])
            files.add_file(f"recordings/{row['file']}", path)
            sounds[row["file"]] = path
        except (OSError, OutsideError):
            missing.append(row["file"])
    files.add("README.txt", README.encode())
    files.add("verify.py", verifier_source().encode())
    files.add("proofs.json", as_text(proofs_document(contents, keys)))
    files.add("timeline.json", as_text({**timeline, "missing_files": missing, "missing_journal_lines": lost}))
    files.add("journal.jsonl", lines)
    files.add("timeline.pdf", draw(Paper(timeline, contents, zone, now, sounds, missing, lost)))


class _Writer:
    """Adds files to the archive and remembers their sizes and digests; all times in it are that of the making."""

    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        self._archive = archive
        self._time = (now.year, now.month, now.day, now.hour, now.minute, now.second)
        self.written: dict[str, tuple[int, str]] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add bytes."""
        self._copy(name, iter([data]))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file. Raises `OSError` before anything was written when it cannot be opened."""
        with path.open("rb") as file:
            self._copy(name, _chunks(file))

    def _copy(self, name: str, data: Iterator[bytes]) -> None:
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        digest, size = hashlib.sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as target:
            for part in data:
                target.write(part)
                digest.update(part)
                size += len(part)
        self.written[name] = (size, digest.hexdigest())


def _chunks(file: BufferedReader) -> Iterator[bytes]:
    while part := file.read(_CHUNK):
        yield part
