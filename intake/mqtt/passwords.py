"""Passwords as Mosquitto keeps them: `$7$<rounds>$<salt>$<digest>`, PBKDF2 with SHA-512."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Final

_ROUNDS: Final = 101
"""Mosquitto's own number. A slow hash would gain nothing: keys are 256 random bits."""
_SALT_BYTES: Final = 12
_DIGEST_BYTES: Final = 64


def mosquitto_hash(password: str, *, steady: bool = False) -> str:
    """Give what Mosquitto's password file holds of a password.

    Args:
        password: a random one.
        steady: the same each time, so that a file with it does not change for nothing.
    """
    salt = hashlib.sha256(password.encode()).digest()[:_SALT_BYTES] if steady else os.urandom(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _DIGEST_BYTES)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
