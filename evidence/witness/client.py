"""Talks with one witness."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import httpx
from pydantic import ValidationError

from evidence.core.notes import NoteError, cosigned_at, parse_note, parse_signature
from evidence.witness.wire import Countersigned, Handover, Known, Seen, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from evidence.core.notes import Note, Signature
    from evidence.witness.parties import Witness

    Prove = Callable[[int, int], list[bytes]]
    """Consistency proof between two sizes."""

TIMEOUT_S: Final = 10.0
_CLOCK: Final = timedelta(minutes=5)
_CONFLICT: Final = 409


class WitnessError(RuntimeError):
    """The witness answered something that cannot be used."""


class RefusedError(WitnessError):
    """The witness refuses the head: it has seen another log, or does not know the key. Somebody must look."""


def submission(note: str, old: int, proof: Sequence[bytes], keys: Sequence[Handover]) -> Submission:
    """Put a head and its proof on the wire."""
    return Submission(note=note, old_size=old, proof=[base64.b64encode(one).decode() for one in proof], keys=list(keys))


async def submit(
    client: httpx.AsyncClient, witness: Witness, message: Submission, size: int, now: datetime
) -> tuple[Signature, datetime] | Known:
    """Hand a head in; return the checked countersignature and its time, or from which size the proof must begin.

    Raises:
        RefusedError: the witness refuses.
        WitnessError: its answer does not hold.
        httpx.HTTPError: not reached in time.
    """
    answer = await client.post(f"{witness.url}/heads", json=message.model_dump(), timeout=TIMEOUT_S)
    if answer.status_code in {403, 422}:
        raise RefusedError(f"{witness.name} refuses the head of {size} leaves: {answer.text[:300]}")
    try:
        if answer.status_code == _CONFLICT:
            return Known.model_validate_json(answer.content)
        answer.raise_for_status()
        signature = parse_signature(Countersigned.model_validate_json(answer.content).cosignature)
    except (ValidationError, NoteError) as error:
        raise WitnessError(f"{witness.name}: {error}") from None
    body = parse_note(message.note).body
    at = cosigned_at(body, signature, witness.verifier)
    if at is None:
        raise WitnessError(f"{witness.name}: the countersignature does not hold")
    if abs(at - now) > _CLOCK:
        raise WitnessError(f"{witness.name}: its clock is off by {abs(at - now)}")
    return signature, at


def last_seen(client: httpx.Client, witness: Witness, origin: str) -> Note | None:
    """Ask a witness for the last head of this log it has seen; none: it has seen none.

    Raises:
        WitnessError: its answer does not hold.
        httpx.HTTPError: not reached in time.
    """
    answer = client.get(f"{witness.url}/heads", params={"origin": origin}, timeout=TIMEOUT_S)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    answer.raise_for_status()
    try:
        seen = Seen.model_validate_json(answer.content)
        note = parse_note(seen.note)
        signature = parse_signature(seen.cosignature)
    except (ValidationError, NoteError) as error:
        raise WitnessError(f"{witness.name}: {error}") from None
    if cosigned_at(note.body, signature, witness.verifier) is None:
        raise WitnessError(f"{witness.name}: the countersignature of the head it has seen does not hold")
    return note
