"""What a witness decides over a head: pure, no I/O."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from evidence.core.hashing import HASH_BYTES
from evidence.core.keys import Verifier
from evidence.core.notes import NoteError, parse_note
from evidence.core.proofs import is_consistent
from evidence.core.rotation import handover_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence.core.notes import Note
    from evidence.witness.wire import Handover, Submission

CLOCK: Final = timedelta(minutes=5)
"""A head signed this far in the future is refused: it could not be told from a later one."""


class UnknownLogError(ValueError):
    """The witness does not know this log or its key."""


class InconsistentError(ValueError):
    """The head does not go on from the last one, or is not what it says."""


def key_of(note: Note, trusted: set[str], handovers: Iterable[Handover]) -> tuple[Verifier, set[str]]:
    """Return the key that signed, and all keys trusted now: those handed over by trusted ones are.

    Raises:
        UnknownLogError: no trusted key signed.
    """
    known = set(trusted)
    for step in handovers:
        if step.old in known and _handed_over(step):
            known.add(step.new)
    for text in known:
        verifier = Verifier.parse(text)
        if note.signed_by(verifier):
            return verifier, known
    raise UnknownLogError(f"no key that is trusted for {note.head.origin} signed this head")


def _handed_over(step: Handover) -> bool:
    try:
        old, new = Verifier.parse(step.old), Verifier.parse(step.new)
        signature = base64.b64decode(step.signature, validate=True)
        text = handover_text(old, new, datetime.fromisoformat(step.at))
    except (ValueError, binascii.Error):
        return False
    return old.name == new.name and old.verifies(signature, text)


def read(message: Submission) -> Note:
    """Return the note of a submission.

    Raises:
        InconsistentError: it is none.
    """
    try:
        return parse_note(message.note)
    except NoteError as error:
        raise InconsistentError(str(error)) from None


def check_growth(note: Note, before: Note | None, message: Submission, now: datetime) -> None:
    """Check that a head goes on from the last one.

    Raises:
        InconsistentError: it does not.
    """
    if note.head.at > now + CLOCK:
        raise InconsistentError(f"the head is dated {note.head.at:%Y-%m-%d %H:%M:%S} UTC, which is in the future")
    if before is None:
        return
    if note.head.at < before.head.at and note.head.size > before.head.size:
        raise InconsistentError("the head is older than the last one, and larger")
    if note.head.size < before.head.size:
        raise InconsistentError(f"{before.head.size} leaves have been seen, this head has {note.head.size}")
    try:
        proof = [base64.b64decode(one, validate=True) for one in message.proof]
    except binascii.Error:
        raise InconsistentError("the proof is not base64") from None
    if any(len(one) != HASH_BYTES for one in proof):
        raise InconsistentError("the proof holds something else than hashes")
    if not is_consistent(before.head.size, note.head.size, before.head.root, note.head.root, proof):
        raise InconsistentError(f"the head of {note.head.size} leaves does not go on from that of {before.head.size}")
