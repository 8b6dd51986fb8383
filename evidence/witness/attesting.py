"""One countersigner and how it stands: hands in the newest head again and again, with growing pauses while it fails."""

from __future__ import annotations

import asyncio
import base64
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

import httpx
import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from evidence.core.notes import parse_note
from evidence.log.reader import MissingLeafError
from evidence.witness.client import RefusedError, WitnessError, submission, submit
from evidence.witness.records import Candidate, handovers, keep, newest_head, prove, witnessed_size
from evidence.witness.timestamp import TimestampError, check_token, request_token
from evidence.witness.wire import Known
from store.models import WitnessKind

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from evidence.witness.parties import Authority, Witness

log = structlog.get_logger(__name__)

RETRY_FIRST_S: Final = 2.0
RETRY_LONGEST_S: Final = 600.0
REFUSED_S: Final = 600.0
POLL_S: Final = 1.0


@dataclass(slots=True)
class Standing:
    """How a countersigner stands; read by others, each field on its own."""

    size: int = 0
    """Leaves of the newest head it countersigned."""
    at: datetime | None = None
    error: str = ""
    refused: bool = False
    failures: int = 0
    """In a row."""


class Party(Protocol):
    """A countersigner."""

    name: str
    pause_s: float

    async def attest(self, client: httpx.AsyncClient, engine: Engine, head: Candidate) -> datetime:
        """Have a head countersigned and keep that; return the party's time."""


class WitnessParty:
    """A witness. It sees every newest head."""

    pause_s = 0.0

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self.name = witness.name

    async def attest(self, client: httpx.AsyncClient, engine: Engine, head: Candidate) -> datetime:
        """Hand the head in, with the proof from where the witness stands."""
        keys = await asyncio.to_thread(handovers, engine)
        old = await asyncio.to_thread(witnessed_size, engine, self.name)
        for _ in range(2):
            proof = await asyncio.to_thread(prove, engine, old, head.size)
            message = submission(head.note, old, proof, keys)
            found = await submit(client, self.witness, message, head.size, datetime.now(UTC))
            if not isinstance(found, Known):
                signature, at = found
                await asyncio.to_thread(
                    keep, engine, head, self.name, WitnessKind.COSIGNATURE, at, signature.line().strip()
                )
                return at
            if found.size > head.size:
                raise RefusedError(f"{self.name} has seen {found.size} leaves, our newest head has {head.size}")
            old = found.size
        raise WitnessError(f"{self.name} does not say from which size to prove")


class AuthorityParty:
    """A time-stamp authority. It knows nothing of the log, only that a text existed."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.name = authority.name
        self.pause_s = float(authority.every_s)

    async def attest(self, client: httpx.AsyncClient, engine: Engine, head: Candidate) -> datetime:
        """Have the head's text time-stamped."""
        body = parse_note(head.note).body.encode()
        token = await request_token(client, self.authority, body)
        at = check_token(token, body, self.authority.roots)
        content = base64.b64encode(token).decode()
        await asyncio.to_thread(keep, engine, head, self.name, WitnessKind.TIMESTAMP, at, content)
        return at


async def attest_for_ever(engine: Engine, party: Party, client: httpx.AsyncClient, standing: Standing) -> None:
    """Have each newest head countersigned by one party, until cancelled. Only the newest counts, so nothing queues."""
    standing.size = await asyncio.to_thread(_size_or_zero, engine, party.name)
    pause = RETRY_FIRST_S
    while True:
        wait = await _once(engine, party, client, standing)
        if standing.failures:
            pause = (
                REFUSED_S if standing.refused else min(RETRY_LONGEST_S, RETRY_FIRST_S * 2 ** (standing.failures - 1))
            )
            wait = pause
        await asyncio.sleep(wait)


async def _once(engine: Engine, party: Party, client: httpx.AsyncClient, standing: Standing) -> float:
    """Look once; return after how many seconds to look again."""
    try:
        head = await asyncio.to_thread(newest_head, engine)
        if head is None or head.size <= standing.size:
            return POLL_S
        began = time.monotonic()
        at = await party.attest(client, engine, head)
    except IntegrityError:
        return POLL_S  # another process was quicker
    except (
        httpx.HTTPError,
        WitnessError,
        TimestampError,
        MissingLeafError,
        SQLAlchemyError,
        OSError,
        ValueError,
    ) as error:
        text = f"{type(error).__name__}: {error}"[:300]
        if text != standing.error:
            log.warning("witness_failed", witness=party.name, error=text)
        standing.error, standing.refused = text, isinstance(error, RefusedError)
        standing.failures += 1
        return POLL_S
    log.info("head_witnessed", witness=party.name, size=head.size, ms=round((time.monotonic() - began) * 1000))
    standing.size, standing.at = head.size, at
    standing.error, standing.refused, standing.failures = "", False, 0
    return max(POLL_S, party.pause_s)


def _size_or_zero(engine: Engine, name: str) -> int:
    try:
        return witnessed_size(engine, name)
    except SQLAlchemyError:
        return 0
