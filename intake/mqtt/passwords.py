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


def mosquitto_hash(password: str) -> str:
    """Give what Mosquitto's password file holds of a password."""
    salt = os.urandom(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _DIGEST_BYTES)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
