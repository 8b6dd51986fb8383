"""Reads a certificate: whom it names, how long it lasts, whether its key fits."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from liftline.certificates.files import Pair


class CertificateError(Exception):
    """A certificate cannot be used; the message is one line."""


@dataclass(frozen=True)
class Certificate:
    """What is looked at; `ends` is UTC. `fingerprint` is SHA-256 as browsers show it."""

    subject: str
    names: frozenset[str]
    begins: dt.datetime
    ends: dt.datetime
    fingerprint: str
    self_signed: bool

    def days_left(self, now: dt.datetime) -> int:
        """Return the whole days until it ends, negative when it has."""
        return (self.ends - now).days

    def covers(self, name: str) -> bool:
        """Tell whether a browser takes it for a host name or address; a wildcard stands for one label."""
        return name in self.names or f"*.{name.partition('.')[2]}" in self.names


def look(path: Path) -> Certificate:
    """Read the first certificate of a PEM file; raise `CertificateError` when there is none."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise CertificateError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CertificateError(f"{path} is not a certificate (PEM)") from error
    digest = hashlib.sha256(found.public_bytes(Encoding.DER)).hexdigest().upper()
    return Certificate(
        subject=found.subject.rfc4514_string(),
        names=frozenset(_names(found)),
        begins=found.not_valid_before_utc,
        ends=found.not_valid_after_utc,
        fingerprint=":".join(digest[at : at + 2] for at in range(0, len(digest), 2)),
        self_signed=found.issuer == found.subject,
    )


def check(pair: Pair) -> Certificate:
    """Load certificate and key as a server would; raise `CertificateError` when that fails, for whatever reason."""
    found = look(pair.certificate)

    def no_password() -> str:
        # Otherwise OpenSSL would ask on the terminal.
        raise CertificateError(f"{pair.key} has a password: a server that starts by itself cannot type it")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key, no_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateError(f"{pair.key} is not the key of {pair.certificate}") from error
        raise CertificateError(f"{pair.certificate}, {pair.key}: {error.reason or error}") from error
    except OSError as error:
        raise CertificateError(f"{pair.key}: {error.strerror}") from error
    return found


def _names(found: x509.Certificate) -> list[str]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = names.get_values_for_type(x509.IPAddress)
    return [name.lower() for name in names.get_values_for_type(x509.DNSName)] + [
        str(one) for one in addresses if isinstance(one, ipaddress.IPv4Address | ipaddress.IPv6Address)
    ]
