"""RFC 3161 time stamps: as much of DER and CMS as checking one needs. Becomes part of the single-file verifier."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


class BrokenError(Exception):
    """Something does not hold; the message says what."""


def need(holds: object, message: str) -> None:
    """Raise `BrokenError` unless it holds."""
    if not holds:
        raise BrokenError(message)


def der(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Return tag, begin and end of the element at `at`."""
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
    need(begin + length <= len(data), "a time stamp is damaged")
    return data[at], begin, begin + length


def parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the elements inside: tag, content, whole."""
    found, at = [], 0
    while at < len(data):
        tag, begin, end = der(data, at)
        found.append((tag, data[begin:end], data[at:end]))
        at = end
    return found


DIGESTS: dict[bytes, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256,
    bytes.fromhex("608648016503040202"): hashes.SHA384,
    bytes.fromhex("608648016503040203"): hashes.SHA512,
}
CONTEXT_0 = 0xA0
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")


def digest(algorithm: bytes, data: bytes) -> bytes:
    """Return the digest by an algorithm's identifier."""
    found = hashes.Hash(DIGESTS[algorithm]())
    found.update(data)
    return found.finalize()


def check_token(response: bytes, body: bytes, roots: list[x509.Certificate]) -> tuple[str, str, bool]:
    """Return time, signer, and whether its certificate comes from a root given."""
    try:
        answer = parts(parts(response)[0][1])
        signed = parts(parts(parts(parts(answer[1][2])[0][1])[1][1])[0][1])
        info_raw = parts(parts(signed[2][1])[1][1])[0][1]
        info = parts(parts(info_raw)[0][1])
        imprint = parts(info[2][1])
        need(digest(parts(imprint[0][1])[0][1], body) == imprint[1][1], "the time stamp is over another head")
        at = datetime.strptime(info[4][1].decode().split(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        certificates = [
            x509.load_der_x509_certificate(raw) for tag, c, w in signed if tag == CONTEXT_0 for _, _, raw in parts(c)
        ]
        signer = parts(parts(signed[-1][1])[0][1])
        serial = int.from_bytes(parts(signer[1][1])[1][1], "big", signed=True)
        algorithm = parts(signer[2][1])[0][1]
        attributes = signer[3]
        need(attributes[0] == CONTEXT_0, "a time stamp without signed attributes")
        named = {parts(one)[0][1]: parts(parts(one)[1][1])[0][1] for _, one, _ in parts(attributes[1])}
        need(named[MESSAGE_DIGEST] == digest(algorithm, info_raw), "the time stamp's content was changed")
        certificate = next(one for one in certificates if one.serial_number == serial)
        check_signature(certificate.public_key(), signer[5][1], b"\x31" + attributes[2][1:], DIGESTS[algorithm]())
        rooted = bool(roots) and chain(certificate, certificates, roots)
    except (IndexError, KeyError, ValueError, StopIteration) as error:
        raise BrokenError(f"a time stamp is damaged: {type(error).__name__}") from None
    except InvalidSignature:
        raise BrokenError("a time stamp's signature does not hold") from None
    need(rooted or not roots, "the time stamp's certificate does not come from the root given")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    need(x509.oid.ExtendedKeyUsageOID.TIME_STAMPING in usage, "not a time-stamping certificate")
    return at.isoformat(), certificate.subject.rfc4514_string(), rooted


def check_signature(key: object, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> None:
    """Raise `InvalidSignature`, or `BrokenError` for a kind of key nobody signs time stamps with."""
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    else:
        raise BrokenError("the time stamp is signed in a way this verifier does not know")


def chain(certificate: x509.Certificate, between: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Return whether a chain of at most five leads to a root."""
    for _ in range(5):
        for root in roots:
            if certificate == root:
                return True
            try:
                certificate.verify_directly_issued_by(root)
            except (ValueError, TypeError, InvalidSignature):
                continue
            return True
        issuer = next((one for one in between if one.subject == certificate.issuer and one != certificate), None)
        if issuer is None:
            return False
        certificate.verify_directly_issued_by(issuer)
        certificate = issuer
    return False
