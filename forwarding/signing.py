"""Signs requests and checks signatures: HMAC-SHA256 over method, path, time, nonce and body.

Both sides use this module, so that the reference receiver shows what the city's platform has to check.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SYSTEM: Final = "Liftline-System"
TIME: Final = "Liftline-Time"
NONCE: Final = "Liftline-Nonce"
SIGNATURE: Final = "Liftline-Signature"
VERSION: Final = "v1"

WINDOW: Final = timedelta(minutes=5)
"""A request signed earlier or later than this from the receiver's clock is refused."""
_NONCE_BYTES: Final = 16


class BadSignatureError(Exception):
    """The request is not signed, not by the one it names, or not now; the text says which."""


def signed(secret: str, system: str, method: str, path: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a signed request."""
    time, nonce = str(int(now.timestamp())), secrets.token_hex(_NONCE_BYTES)
    signature = f"{VERSION}={_mac(secret, method, path, time, nonce, body)}"
    return {SYSTEM: system, TIME: time, NONCE: nonce, SIGNATURE: signature}


def check(
    secret: str, headers: Mapping[str, str], method: str, path: str, body: bytes, now: datetime
) -> tuple[str, str]:
    """Check a request; return its system and nonce, which must not have been seen within twice `WINDOW`.

    Raises:
        BadSignatureError: and nothing of the request may be believed.
    """
    system, time, nonce = (headers.get(name, "") for name in (SYSTEM, TIME, NONCE))
    if not time.isascii() or not time.isdigit() or not nonce or len(nonce) > 64 or len(time) > 12:  # noqa: PLR2004
        raise BadSignatureError("time or nonce is missing")
    expected = f"{VERSION}={_mac(secret, method, path, time, nonce, body)}"
    if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode("utf-8", "replace")):
        raise BadSignatureError("the signature does not fit")
    if abs(now.timestamp() - int(time)) > WINDOW.total_seconds():
        raise BadSignatureError("signed at another time than now")
    return system, nonce


def _mac(secret: str, method: str, path: str, time: str, nonce: str, body: bytes) -> str:
    head = "\n".join((VERSION, method, path, time, nonce, "")).encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()
