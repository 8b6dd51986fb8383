"""Passwords: hashed with argon2id; a check takes the same time whether the account exists or not."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()  # the library's defaults are those of RFC 9106 for low memory

MIN_LENGTH = 10
MAX_LENGTH = 128


def hash_password(password: str) -> str:
    """Return the argon2id hash with its salt and parameters."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Return whether the password fits; without a stored hash do the same work and return False."""
    try:
        _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Return whether the hash was made with older, weaker parameters."""
    return _hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("the password of an account that does not exist")
