"""The key that signs heads: its secret in a file of its own (0600), its public half and its history in the log.

The newest row of `log_keys` names the key in use; the file's name carries the key id, so that a crash in the middle
of a rotation leaves either the old key or the new one in use, never none.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from evidence.core.keys import Signer, Verifier
from evidence.core.rotation import handover_text
from evidence.log.turns import take_turn
from liftline.secrets import SecretMissingError, keep_secret, read_secret
from store.models import LogKey
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

_FILE: Final = "evidence-key-"


class KeyMissingError(RuntimeError):
    """This machine does not hold the secret of the key in use."""

    def __init__(self, key_id: str, folder: Path) -> None:
        super().__init__(f"the evidence key {key_id} is in use, but {folder / _FILE}{key_id} is not here")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one instance's log.

    Args:
        engine: the database.
        folder: of the secrets.
        name: of the log, given to the first key; later ones keep it.
    """

    engine: Engine
    folder: Path
    name: str

    def signer(self, now: datetime) -> Signer:
        """Return the key in use; makes the first one.

        Raises:
            KeyMissingError: its secret is on another machine, or lost.
        """
        with read_scope(self.engine) as session:
            row = current(session)
        if row is None:
            return self._first(now)
        return self._held(Verifier.parse(row.verifier))

    def rotate(self, now: datetime, *, lost: bool = False) -> tuple[Verifier | None, Verifier]:
        """Put a new key in the place of the one in use; return both public halves.

        The old key signs the handover, and its secret is destroyed. Where the old secret is lost, the new key comes
        in unsigned, which every verification will say.

        Raises:
            KeyMissingError: the old secret is not here, and `lost` was not said.
        """
        try:
            old = self.signer(now)
        except KeyMissingError:
            if not lost:
                raise
            old = None
        with read_scope(self.engine) as session:
            before = Verifier.parse(row.verifier) if (row := current(session)) else None
        name = before.name if before else _unique(self.name)
        new = Signer.new(name)
        self._keep(new)
        signature = old.sign(handover_text(old.verifier, new.verifier, now)) if old else None
        with session_scope(self.engine) as session:
            session.add(_row(new.verifier, now, old.verifier if old else None, signature))
        if old is not None:
            (self.folder / f"{_FILE}{old.verifier.key_id.hex()}").unlink(missing_ok=True)
        return before, new.verifier

    def _first(self, now: datetime) -> Signer:
        signer = Signer.new(_unique(self.name))
        self._keep(signer)
        with session_scope(self.engine) as session:
            # Two processes may begin at once; SQLite has one writer, PostgreSQL the turn of an advisory lock.
            take_turn(session)
            row = current(session)
            if row is None:
                session.add(_row(signer.verifier, now, None, None))
        if row is None:
            return signer
        (self.folder / f"{_FILE}{signer.verifier.key_id.hex()}").unlink(missing_ok=True)
        return self._held(Verifier.parse(row.verifier))

    def _keep(self, signer: Signer) -> None:
        keep_secret(self.folder, f"{_FILE}{signer.verifier.key_id.hex()}", base64.b64encode(signer.seed).decode())

    def _held(self, verifier: Verifier) -> Signer:
        key_id = verifier.key_id.hex()
        try:
            seed = base64.b64decode(read_secret(self.folder, f"{_FILE}{key_id}"))
        except SecretMissingError:
            raise KeyMissingError(key_id, self.folder) from None
        return Signer.from_seed(verifier.name, seed)


def current(session: Session) -> LogKey | None:
    """Return the key in use."""
    return session.scalar(select(LogKey).order_by(LogKey.id.desc()).limit(1))


def verifiers(session: Session) -> Sequence[LogKey]:
    """Return all keys there have been, the first one first."""
    return session.scalars(select(LogKey).order_by(LogKey.id)).all()


def _unique(name: str) -> str:
    """Logs of two instances must not be taken for one another."""
    return f"{name}/{secrets.token_hex(4)}"


def _row(new: Verifier, at: datetime, old: Verifier | None, signature: bytes | None) -> LogKey:
    return LogKey(
        key_id=new.key_id.hex(),
        verifier=str(new),
        at=at,
        signed_by=old.key_id.hex() if old else None,
        signature=base64.b64encode(signature).decode() if signature else None,
    )
