"""What Asterisk must know of a SIP account, as the JSON objects its AstDB sorcery wizard reads.

One account is three objects of the same id: endpoint, auth and aor. A change is effective with the next
request of that account; nothing is reloaded.
"""

from __future__ import annotations

import json
from typing import Final, TypeAlias

from dialplan.names import Context, Family

Objects: TypeAlias = dict[Family, dict[str, str]]
"""AstDB family → key → JSON value."""

BROWSER_PREFIX: Final = "web-"
"""How the accounts of browsers begin."""

_COMMON: Final = {
    "disallow": "all",
    "allow": "alaw,ulaw",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "dtmf_mode": "rfc4733",
    # SRTP is offered, and a device that cannot do it still gets through: an alarm outranks secrecy.
    "media_encryption": "sdes",
    "media_encryption_optimistic": "yes",
    # A line that died without a BYE is noticed by the session timer, never by silence: a passenger may be silent.
    "timers": "yes",
    "timers_sess_expires": "120",
    "language": "zh",
}


_OPERATOR_EXPIRES_S = 60
"""An operator's phone that died without a word is counted as free no longer than this."""


def _account(
    account: str, ha1: str, *, context: Context, media_address: str | None, expires_s: int = 3600, **more: str
) -> Objects:
    aor = {
        "max_contacts": "1",
        "remove_existing": "yes",
        "default_expiration": str(min(120, expires_s)),
        "minimum_expiration": "30",
        "maximum_expiration": str(expires_s),
        "support_path": "yes",
        # Never probed: a phone whose probe got lost would not be rung at all. A dead one costs LL_SETUP_SECONDS.
        "qualify_frequency": "0",
    }
    endpoint = _COMMON | {"context": str(context), "aors": account, "auth": account} | more
    if media_address is not None:
        endpoint |= {"media_address": media_address, "bind_rtp_to_media_address": "yes"}
    auth = {"auth_type": "md5", "username": account, "realm": "liftline", "md5_cred": ha1}
    return {
        Family.ENDPOINT: {account: json.dumps(endpoint)},
        Family.AUTH: {account: json.dumps(auth)},
        Family.AOR: {account: json.dumps(aor)},
    }


def cabin(account: str, ha1: str, *, media_address: str | None = None) -> Objects:
    """Return the objects of a cabin device: whatever it dials is an alarm."""
    return _account(account, ha1, context=Context.CABIN, media_address=media_address)


def phone(account: str, ha1: str, *, media_address: str | None = None) -> Objects:
    """Return the objects of a guard's desk phone."""
    return _account(account, ha1, context=Context.PHONE, media_address=media_address)


def operator(account: str, ha1: str, *, media_address: str | None = None) -> Objects:
    """Return the objects of an operator's softphone at the centre, which may call into every cabin.

    An account that begins with `BROWSER_PREFIX` is a browser's: SIP over WebSocket, DTLS-SRTP and ICE instead of SDES.
    """
    more = {"set_var": "LL_OPERATOR=1"}
    if not account.startswith(BROWSER_PREFIX):
        # One that sends nothing while nobody speaks (VAD) still sends now and then; the session timer takes minutes.
        more |= {"rtp_timeout": "20"}
        return _operator(account, ha1, media_address, more)
    # A closed tab says no goodbye; a browser that lives sends sound without a pause, muted or not.
    more |= {"rtp_timeout": "5"}
    more |= {"webrtc": "yes", "dtls_auto_generate_cert": "yes", "allow": "opus,alaw,ulaw"}
    objects = _operator(account, ha1, None, more)
    endpoint = json.loads(objects[Family.ENDPOINT][account])
    for name in ("media_encryption", "media_encryption_optimistic"):  # webrtc=yes sets its own
        del endpoint[name]
    return objects | {Family.ENDPOINT: {account: json.dumps(endpoint)}}


def _operator(account: str, ha1: str, media_address: str | None, more: dict[str, str]) -> Objects:
    return _account(
        account, ha1, context=Context.PHONE, media_address=media_address, expires_s=_OPERATOR_EXPIRES_S, **more
    )
