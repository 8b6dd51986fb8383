"""Checks countersignatures that are kept, and asks the witnesses what they have seen."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import select

from evidence.core.hashing import EMPTY_ROOT
from evidence.core.notes import NoteError, cosigned_at, parse_signature
from evidence.verify.findings import Trouble
from evidence.witness.client import WitnessError, last_seen
from evidence.witness.timestamp import TimestampError, check_token
from store.models import LogWitnessing, WitnessKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from evidence.core.notes import Note
    from evidence.verify.findings import Report
    from evidence.verify.heads import SignedHead
    from evidence.witness.parties import Authority, Witness


def check_countersignatures(
    session: Session,
    heads: Sequence[SignedHead],
    witnesses: Sequence[Witness],
    authority: Authority | None,
    report: Report,
) -> None:
    """Check each countersignature over the head it is kept for."""
    notes = {head.row_id: head.note for head in heads}
    keys = {one.name: one for one in witnesses}
    unknown: set[str] = set()
    for row in session.scalars(select(LogWitnessing).order_by(LogWitnessing.id).execution_options(yield_per=1000)):
        note = notes.get(row.head_id)
        if note is None:
            report.add(
                Trouble.MISSING, f"head {row.head_id}", f"there, for {row.witness} countersigned it", "no such head"
            )
            continue
        witness = keys.get(row.witness)
        is_token = row.kind is WitnessKind.TIMESTAMP
        if (authority is None or authority.name != row.witness) if is_token else witness is None:
            unknown.add(row.witness)
            continue
        wrong = _token_wrong(row, note, authority) if is_token else _cosignature_wrong(row, note, witness)
        if wrong:
            report.add(Trouble.FORGED, f"countersignature {row.id} of {row.witness}", "over its head", wrong)
            continue
        report.countersignatures += 1
        report.witnessed_size = max(report.witnessed_size, note.head.size)
    if unknown:
        report.remarks.append(
            f"not checked, for no key is configured: countersignatures of {', '.join(sorted(unknown))}"
        )


def _cosignature_wrong(row: LogWitnessing, note: Note, witness: Witness | None) -> str:
    try:
        signature = parse_signature(row.content)
    except NoteError as error:
        return str(error)
    if witness is None or cosigned_at(note.body, signature, witness.verifier) is None:
        return "a signature that does not hold"
    return ""


def _token_wrong(row: LogWitnessing, note: Note, authority: Authority | None) -> str:
    if authority is None:
        return "no authority"
    try:
        check_token(base64.b64decode(row.content, validate=True), note.body.encode(), authority.roots)
    except (TimestampError, binascii.Error, OSError) as error:
        return str(error)
    return ""


def ask_witnesses(
    witnesses: Sequence[Witness], origin: str, size: int, root_at: Callable[[int], bytes], report: Report
) -> None:
    """Compare with the last head each witness has seen: only they can know that the log was longer once.

    Args:
        witnesses: whom to ask.
        origin: name of the log.
        size: leaves there are.
        root_at: gives the root at a size up to that.
        report: takes the findings.
    """
    with httpx.Client(follow_redirects=False) as client:
        for witness in witnesses:
            try:
                note = last_seen(client, witness, origin)
            except (httpx.HTTPError, WitnessError) as error:
                report.remarks.append(f"{witness.name} could not be asked: {type(error).__name__}: {error}")
                continue
            if note is None:
                report.remarks.append(f"{witness.name} has seen no head of this log")
            elif note.head.size > size:
                report.add(
                    Trouble.ROLLED_BACK,
                    f"log {origin}",
                    f"{note.head.size} leaves, as {witness.name} has seen",
                    str(size),
                )
            elif (root_at(note.head.size) if note.head.size else EMPTY_ROOT) != note.head.root:
                report.add(
                    Trouble.ALTERED,
                    f"the first {note.head.size} leaves",
                    f"root {note.head.root.hex()}, as {witness.name} has seen",
                    root_at(note.head.size).hex(),
                )
