"""Ed25519 keys and how they are written for people: `name+keyid+base64`, as C2SP's signed notes have it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_BYTES: Final = 32
LOG_KIND: Final = 1
"""Kind of key that signs notes (C2SP signed-note)."""
WITNESS_KIND: Final = 4
"""Kind of key that countersigns with a time (C2SP tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name of who holds it."""

    name: str
    public: bytes
    """Raw Ed25519 public key, 32 bytes."""
    kind: int = LOG_KIND

    @property
    def key_id(self) -> bytes:
        """First four bytes of the key's digest: tells keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        text = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{text}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+keyid+base64`.

        Raises:
            ValueError: it is no such text, or its key id is not that of its key.
        """
        try:
            name, key_id, coded = text.strip().split("+", 2)
            data = base64.b64decode(coded, validate=True)
        except (ValueError, binascii.Error):
            raise ValueError("a key is written name+keyid+base64") from None
        if not name or len(data) != PUBLIC_BYTES + 1 or data[0] not in {LOG_KIND, WITNESS_KIND}:
            raise ValueError("not an Ed25519 key of a log or witness")
        found = cls(name, data[1:], data[0])
        if found.key_id.hex() != key_id:
            raise ValueError(f"the key id of this key is {found.key_id.hex()}, not {key_id}")
        return found

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    private: Ed25519PrivateKey
    kind: int = LOG_KIND

    @classmethod
    def new(cls, name: str, kind: int = LOG_KIND) -> Self:
        """Make a new key."""
        return cls(name, Ed25519PrivateKey.generate(), kind)

    @classmethod
    def from_seed(cls, name: str, seed: bytes, kind: int = LOG_KIND) -> Self:
        """Return the key of a seed of 32 bytes."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed), kind)

    @property
    def seed(self) -> bytes:
        """The secret itself, 32 bytes."""
        return self.private.private_bytes_raw()

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private.public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self.private.sign(message)
