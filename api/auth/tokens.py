"""Tokens: session tokens `lls_…` and API keys `llk_<prefix>_…`, random, stored only as SHA-256.

A slow hash would gain nothing: 256 random bits cannot be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

SESSION_PREFIX = "lls_"
KEY_PREFIX = "llk_"
_BYTES = 32
_KEY_ID_BYTES = 6


@dataclass(frozen=True, slots=True)
class NewKey:
    """A fresh API key: `text` is shown once, `prefix` and `hash` are kept."""

    text: str
    prefix: str
    hash: str


def new_session_token() -> str:
    """Return a new session token."""
    return SESSION_PREFIX + secrets.token_urlsafe(_BYTES)


def new_api_key() -> NewKey:
    """Return a new API key."""
    prefix = KEY_PREFIX + secrets.token_hex(_KEY_ID_BYTES)
    text = f"{prefix}_{secrets.token_urlsafe(_BYTES)}"
    return NewKey(text, prefix, digest(text))


def key_prefix(text: str) -> str | None:
    """Return the public prefix of an API key, none when it is not one."""
    parts = text.split("_", 2)
    return "_".join(parts[:2]) if len(parts) == 3 and text.startswith(KEY_PREFIX) else None  # noqa: PLR2004


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def csrf_token(session_token: str) -> str:
    """Return the value that a browser must repeat in a header with each change.

    It follows from the session token, which scripts of other sites can neither read nor guess.
    """
    return hmac.new(session_token.encode(), b"liftline-csrf", hashlib.sha256).hexdigest()[:40]
