"""Signs heads at a fixed pace and at every closing, and has them countersigned: a part of the record process.

Nothing here holds a lock that a commit of facts waits for, and nothing here is between the button and a voice. When
the database, the key or a witness is away, records go on being logged, and heads follow.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import httpx
import structlog
from sqlalchemy.exc import SQLAlchemyError

from evidence.log.heads import RewrittenError, closed_since, newest, sign_now
from evidence.log.keys import KeyMissingError, KeyRing
from evidence.log.reader import LogReader, MissingLeafError
from evidence.witness.attesting import AuthorityParty, Party, Standing, WitnessParty, attest_for_ever
from evidence.witness.parties import PartyError, authority_of, witnesses_of
from store.session import read_scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from liftline.settings import Settings

log = structlog.get_logger(__name__)

POLL_S: Final = 1.0
QUIET_S: Final = 3600.0
"""A head is signed this often when nothing is recorded: that, too, is a statement."""


class HeadKeeper:
    """Signs and has countersigned.

    Args:
        engine: the database.
        settings: of the instance.

    Witnesses that are not well written in the settings show in `error`; heads are signed all the same.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._ring = KeyRing(engine, settings.secrets_dir, settings.evidence_name)
        self._folder = settings.evidence_dir
        self._every_s = float(settings.evidence_head_every_s)
        self._signed = -QUIET_S
        self._looked_at = 0
        self._misnamed = ""
        self.parties = self._parties(settings)
        self.standings = {party.name: Standing() for party in self.parties}
        self.heads = 0
        self.log_size = 0
        self.head_size = 0
        self.error = self._misnamed

    def _parties(self, settings: Settings) -> list[Party]:
        parties: list[Party] = []
        if (authority := authority_of(settings)) is not None:
            parties.append(AuthorityParty(authority))
        try:
            return [*parties, *(WitnessParty(one) for one in witnesses_of(settings))]
        except PartyError as error:
            log.error("witnesses_misnamed", error=str(error))  # noqa: TRY400 - the message says it all
            self._misnamed = str(error)
            return parties

    async def run(self) -> None:
        """Sign and have countersigned until cancelled."""
        async with httpx.AsyncClient(follow_redirects=False) as client, asyncio.TaskGroup() as group:
            for party in self.parties:
                group.create_task(attest_for_ever(self._engine, party, client, self.standings[party.name]))
            group.create_task(self._sign())

    async def _sign(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._sign_if_due)
                self.error = self._misnamed
            except (SQLAlchemyError, KeyMissingError, MissingLeafError, RewrittenError, OSError) as error:
                text = f"{type(error).__name__}: {error}"[:300]
                if text != self.error:
                    log.error("head_not_signed", error=text)  # noqa: TRY400 - the message says it all
                self.error = text
            await asyncio.sleep(POLL_S)

    def _sign_if_due(self) -> None:
        with read_scope(self._engine) as session:
            last = newest(session)
            self.head_size = last.size if last else 0
            self.log_size = LogReader(session).size()
            begin = max(self._looked_at, self.head_size)
            closed = self.log_size > begin and closed_since(session, begin)
        self._looked_at = self.log_size
        since = time.monotonic() - self._signed
        grown = self.log_size > self.head_size
        if closed or (grown and since >= self._every_s) or since >= QUIET_S:
            now = datetime.now(UTC)
            self.head_size = sign_now(self._engine, self._ring.signer(now), now, self._folder).size
            self._signed = time.monotonic()
            self.heads += 1

    @property
    def behind(self) -> int:
        """How many countersigners fail at present."""
        return sum(bool(one.failures) for one in self.standings.values())

    @property
    def refused(self) -> int:
        """How many witnesses refuse our heads: they have seen another log."""
        return sum(one.refused for one in self.standings.values())
