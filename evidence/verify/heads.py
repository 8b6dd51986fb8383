"""Checks the signed heads: keys, signatures, order, and the copy outside the database."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from evidence.core.keys import Verifier
from evidence.core.notes import NoteError, parse_note
from evidence.core.rotation import handover_text
from evidence.log.heads import HEADS_FILE, heads_on_file
from evidence.log.keys import verifiers
from evidence.verify.findings import Trouble
from store.models import LogHead

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from evidence.core.notes import Note
    from evidence.verify.findings import Report
    from store.models import LogKey


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head whose signature holds."""

    row_id: int
    note: Note


def check_keys(session: Session, report: Report) -> dict[str, Verifier]:
    """Check that each key was handed over by the one before; return key id → key."""
    found: dict[str, Verifier] = {}
    before: Verifier | None = None
    for row in verifiers(session):
        verifier = _parsed(row, report)
        if verifier is None:
            continue
        if before is not None and not _handed_over(before, verifier, row):
            report.add(
                Trouble.FORGED,
                f"key {row.key_id}",
                f"signed by key {before.key_id.hex()}",
                "no signature" if row.signature is None else "a signature that does not hold",
            )
        found[row.key_id] = before = verifier
    return found


def _parsed(row: LogKey, report: Report) -> Verifier | None:
    try:
        verifier = Verifier.parse(row.verifier)
    except ValueError as error:
        report.add(Trouble.FORGED, f"key {row.key_id}", "a public key", str(error))
        return None
    return verifier


def _handed_over(before: Verifier, verifier: Verifier, row: LogKey) -> bool:
    try:
        signature = base64.b64decode(row.signature or "", validate=True)
    except binascii.Error:
        return False
    return before.name == verifier.name and before.verifies(signature, handover_text(before, verifier, row.at))


def check_heads(session: Session, keys: dict[str, Verifier], folder: Path, report: Report) -> list[SignedHead]:
    """Check every head's signature, that none is smaller than the one before, and the copy; return those that hold."""
    held: list[SignedHead] = []
    largest = 0
    notes: set[str] = set()
    for row in session.scalars(select(LogHead).order_by(LogHead.id).execution_options(yield_per=1000)):
        notes.add(row.note)
        report.heads += 1
        note = _note_of(row, keys, report)
        if note is None:
            continue
        if note.head.size < largest:
            report.add(Trouble.REORDERED, f"head {row.id}", f"at least {largest} leaves", f"{note.head.size}")
        largest = max(largest, note.head.size)
        held.append(SignedHead(row.id, note))
    _compare_copy(folder, notes, keys, report)
    return held


def _note_of(row: LogHead, keys: dict[str, Verifier], report: Report) -> Note | None:
    what = f"head {row.id}"
    try:
        note = parse_note(row.note)
    except NoteError as error:
        report.add(Trouble.FORGED, what, "a signed head", str(error))
        return None
    key = keys.get(row.key_id)
    if key is None or not note.signed_by(key):
        report.add(Trouble.FORGED, what, f"signed by key {row.key_id}", "a signature that does not hold")
        return None
    said = (row.size, bytes(row.root), row.at)
    if said != (note.head.size, note.head.root, note.head.at):
        report.add(
            Trouble.ALTERED,
            what,
            f"size {note.head.size}, root {note.head.root.hex()}, time {note.head.at:%Y-%m-%d %H:%M:%S.%f} as signed",
            f"size {row.size}, root {bytes(row.root).hex()}, time {row.at:%Y-%m-%d %H:%M:%S.%f}",
        )
    return note


def _compare_copy(folder: Path, notes: set[str], keys: dict[str, Verifier], report: Report) -> None:
    """Heads that lie outside the database and not in it: an older database was put in its place, or heads were cut."""
    for text in heads_on_file(folder):
        if text in notes:
            continue
        try:
            note = parse_note(text)
        except NoteError:
            report.remarks.append(f"{HEADS_FILE} holds something that is no head")
            continue
        if any(note.signed_by(key) for key in keys.values()):
            report.add(
                Trouble.ROLLED_BACK,
                f"head of {note.head.size} leaves, {note.head.at:%Y-%m-%d %H:%M:%S} UTC",
                f"in the database, as in {HEADS_FILE}",
                "not in the database: it is older than this head, or heads were cut from it",
            )
        else:
            report.add(
                Trouble.FORGED,
                f"a head of {note.head.size} leaves in {HEADS_FILE}",
                "signed by a key of this log",
                "not",
            )
