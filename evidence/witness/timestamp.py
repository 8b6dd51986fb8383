"""RFC 3161 time stamps over heads."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from cryptography import x509
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import httpx

    from evidence.witness.parties import Authority

TIMEOUT_S: Final = 10.0
_LONGEST: Final = 1 << 16
_GRANTED: Final = frozenset({0, 1})


class TimestampError(RuntimeError):
    """The authority refused, or what it gave does not hold."""


async def request_token(client: httpx.AsyncClient, authority: Authority, body: bytes) -> bytes:
    """Have a head's text time-stamped; return the authority's whole answer (DER), checked.

    Raises:
        TimestampError: refused, or not what was asked for.
        httpx.HTTPError: not reached in time.
    """
    request = TimestampRequestBuilder().data(body).nonce(nonce=True).cert_request(cert_request=True).build()
    answer = await client.post(
        authority.url,
        content=request.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
        timeout=TIMEOUT_S,
    )
    answer.raise_for_status()
    if len(answer.content) > _LONGEST:
        raise TimestampError("the answer is far too long")
    check_token(answer.content, body, authority.roots, nonce=request.nonce)
    return answer.content


def check_token(token: bytes, body: bytes, roots: Path, *, nonce: int | None = None) -> datetime:
    """Return the token's time (UTC).

    Args:
        token: the authority's answer.
        body: the head's text.
        roots: PEM file of the root certificates that are trusted.
        nonce: of the request, where it is still known.

    Raises:
        TimestampError: it is not over this text, or not by an authority below these roots.
    """
    response = _decoded(token)
    builder = VerifierBuilder()
    for certificate in x509.load_pem_x509_certificates(roots.read_bytes()):
        builder = builder.add_root_certificate(certificate)
    if nonce is not None:
        builder = builder.nonce(nonce)
    try:
        builder.build().verify_message(response, body)
    except (VerificationError, ValueError) as error:
        raise TimestampError(str(error)) from None
    return response.tst_info.gen_time.astimezone(UTC)


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(token)
    except ValueError as error:
        raise TimestampError(f"not a time-stamp answer: {error}") from None
    if response.status not in _GRANTED:
        raise TimestampError(f"the authority refused: {', '.join(response.status_string) or response.status}")
    return response
