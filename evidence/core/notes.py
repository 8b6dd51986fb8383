"""Signed tree heads as C2SP checkpoints (tlog-checkpoint) in signed notes, and witnesses' cosignatures.

A head is a text that a person can read: the log's name, its size, its root, the time; then one line for each
signature. What is signed is the text itself, so a head can be printed, mailed and checked by hand.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from evidence.core.canonical import moment
from evidence.core.hashing import HASH_BYTES

if TYPE_CHECKING:
    from evidence.core.keys import Signer, Verifier

_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/=]+)")
_TIME: Final = "time "
_KEY_ID_BYTES: Final = 4
_STAMP_BYTES: Final = 8
_LEAST_LINES: Final = 4
_LONGEST: Final = 1 << 16


class NoteError(ValueError):
    """It is no signed head, or not one of this log."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a tree head says."""

    origin: str
    """Name of the log."""
    size: int
    root: bytes
    at: datetime
    """When it was signed, by the signer's clock (UTC)."""

    def body(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{_TIME}{moment(self.at)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """Return the line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A head with its signatures."""

    head: Head
    body: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.body}\n" + "".join(one.line() for one in self.signatures)

    def signed_by(self, verifier: Verifier) -> bool:
        """Return whether the log's key `verifier` signed this head."""
        body = self.body.encode()
        return any(
            one.name == verifier.name and one.key_id == verifier.key_id and verifier.verifies(one.data, body)
            for one in self.signatures
        )


def sign_head(head: Head, signer: Signer) -> Note:
    """Sign a head."""
    body = head.body()
    data = signer.sign(body.encode())
    return Note(head, body, (Signature(signer.name, signer.verifier.key_id, data),))


def parse_note(text: str) -> Note:
    """Read a signed head.

    Raises:
        NoteError: it is none. Whether its signatures hold is another question (`Note.signed_by`).
    """
    body, parted, lines = text.rpartition("\n\n")
    if not parted or len(text) > _LONGEST:
        raise NoteError("a signed head has a text, an empty line and signatures")
    body += "\n"
    signatures = tuple(parse_signature(line) for line in lines.splitlines())
    if not signatures:
        raise NoteError("the head has no signature")
    return Note(_head(body), body, signatures)


def parse_signature(line: str) -> Signature:
    """Read one signature line.

    Raises:
        NoteError: it is none.
    """
    match = _LINE.fullmatch(line.rstrip("\n"))
    try:
        data = base64.b64decode(match[2], validate=True) if match else b""
    except binascii.Error:
        data = b""
    if match is None or len(data) <= _KEY_ID_BYTES:
        raise NoteError("not a signature line")
    return Signature(match[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def _head(body: str) -> Head:
    lines = body.splitlines()
    try:
        if len(lines) < _LEAST_LINES or not lines[3].startswith(_TIME) or not re.fullmatch(r"0|[1-9]\d*", lines[1]):
            raise NoteError("a head has a name, a size, a root and a time")
        root = base64.b64decode(lines[2], validate=True)
        at = datetime.fromisoformat(lines[3].removeprefix(_TIME))
    except (ValueError, binascii.Error) as error:
        raise NoteError(str(error)) from None
    if len(root) != HASH_BYTES or at.tzinfo is None or not lines[0]:
        raise NoteError("a head has a name, a root of 32 bytes and a time with its zone")
    head = Head(lines[0], int(lines[1]), root, at.astimezone(UTC))
    if head.body() != body:
        raise NoteError("the head is not written in the one way it is written")
    return head


def cosign(body: str, signer: Signer, at: datetime) -> Signature:
    """Countersign a head's text as a witness: it was seen at that time, and it goes on from what was seen before."""
    stamp = int(at.timestamp())
    data = stamp.to_bytes(_STAMP_BYTES, "big") + signer.sign(_cosigned(body, stamp))
    return Signature(signer.name, signer.verifier.key_id, data)


def cosigned_at(body: str, signature: Signature, witness: Verifier) -> datetime | None:
    """Return when the witness countersigned this text (UTC, whole seconds); none when it did not."""
    if signature.name != witness.name or signature.key_id != witness.key_id or len(signature.data) <= _STAMP_BYTES:
        return None
    stamp = int.from_bytes(signature.data[:_STAMP_BYTES], "big")
    if not witness.verifies(signature.data[_STAMP_BYTES:], _cosigned(body, stamp)):
        return None
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _cosigned(body: str, stamp: int) -> bytes:
    return f"cosignature/v1\ntime {stamp}\n{body}".encode()
