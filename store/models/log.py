"""The evidence log: leaves, signed heads, keys and countersignatures, all of it only ever appended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, BigKey, Id, choice


class LogLeaf(Base):
    """One leaf of the Merkle log: the hash of one fact's canonical bytes, in the order of the commits.

    `index` begins at 0 and has no gaps. The fact itself is row `record_id` of the table that `fact` names (see
    `store.facts`); `form` is the version of the canonical form.
    """

    __tablename__ = "log_leaves"
    __table_args__ = (UniqueConstraint("fact", "record_id"),)

    index: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    fact: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[int] = mapped_column(BigKey)
    form: Mapped[int] = mapped_column(SmallInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogTile(Base):
    """Root of a complete subtree of 256**`level` leaves; follows from the leaves, kept so that proofs are quick."""

    __tablename__ = "log_tiles"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogHead(Base):
    """A signed tree head. `note` is what counts; the columns repeat it for finding."""

    __tablename__ = "log_heads"

    id: Mapped[BigId]
    size: Mapped[int] = mapped_column(BigKey, index=True)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(index=True)
    key_id: Mapped[str] = mapped_column(String(8))  # of the key that signed, hexadecimal
    note: Mapped[str] = mapped_column(Text)  # C2SP checkpoint with its signature


class LogKey(Base):
    """A public key that signs heads, from `at` on. All but the first are signed by the one before."""

    __tablename__ = "log_keys"

    id: Mapped[Id]
    key_id: Mapped[str] = mapped_column(String(8), unique=True)
    verifier: Mapped[str] = mapped_column(String(200))  # name+keyid+base64
    at: Mapped[datetime]
    signed_by: Mapped[str | None] = mapped_column(String(8))
    signature: Mapped[str | None] = mapped_column(String(128))  # base64, over `evidence.core.rotation`'s text


class WitnessKind(StrEnum):
    """What a countersignature is."""

    COSIGNATURE = "cosignature"  # a witness that has seen the log grow (C2SP tlog-cosignature)
    TIMESTAMP = "timestamp"  # a time-stamp token (RFC 3161) over the head's text


class LogWitnessing(Base):
    """A countersignature of a head by somebody outside."""

    __tablename__ = "log_witnessings"
    __table_args__ = (UniqueConstraint("head_id", "witness"),)

    id: Mapped[BigId]
    head_id: Mapped[int] = mapped_column(BigKey, index=True)
    witness: Mapped[str] = mapped_column(String(100))
    kind: Mapped[WitnessKind] = mapped_column(choice(WitnessKind, "kind"))
    at: Mapped[datetime]  # the witness' own time
    content: Mapped[str] = mapped_column(Text)  # signature line, or the token in base64
