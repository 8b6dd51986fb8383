"""The authority made at set-up: its root certificate, and what it issues. Files are none of its business."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT_DAYS = 3650
SERVER_DAYS = 397
"""No longer: some browsers and phones refuse a server's certificate that is valid for more."""

EARLIER = dt.timedelta(days=1)
"""Certificates begin in the past: the clocks of cabins and desks may be behind."""

_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9_.-]{0,251}[a-z0-9])?")


def make_key() -> str:
    """Return a new private key (P-256) as PEM."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def make_root(key: str, name: str, now: dt.datetime) -> str:
    """Return the root certificate (PEM) of a new authority; it issues servers' certificates and nothing below."""
    signer = _key(key)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    builder = (
        _begun(subject, subject, signer.public_key(), now, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
    )
    return _pem(builder.sign(signer, hashes.SHA256()))


def issue(root: str, root_key: str, key: str, names: Iterable[str], now: dt.datetime) -> str:
    """Return a server's certificate (PEM) followed by its root; it never outlives the root.

    Names that are neither an address nor a host name are left out.
    """
    authority, signer = x509.load_pem_x509_certificate(root.encode()), _key(root_key)
    public = _key(key).public_key()
    found = [general for name in names if (general := _general(name)) is not None]
    first = found[0].value if found else "liftline"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(first)[:64])])
    days = min(SERVER_DAYS, (authority.not_valid_after_utc - now).days)
    builder = (
        _begun(subject, authority.subject, public, now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(found), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return _pem(builder.sign(signer, hashes.SHA256())) + root


def has_issued(root: str, certificate: str) -> bool:
    """Tell whether a certificate carries the signature of this very root."""
    try:
        x509.load_pem_x509_certificate(certificate.encode()).verify_directly_issued_by(
            x509.load_pem_x509_certificate(root.encode())
        )
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def can_name(name: str) -> bool:
    """Tell whether a certificate can carry a name."""
    return _general(name) is not None


def _begun(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now - EARLIER + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general(name: str) -> x509.DNSName | x509.IPAddress | None:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name) if _HOST.fullmatch(name) else None


def _key(text: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not a P-256 key")
    return key


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
