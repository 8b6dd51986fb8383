"""The certificate that SIP over TLS starts with: self-signed, made at set-up, replaced by a real one at will.

Put your own `tls.crt` and `tls.key` (PEM) into `<home>/secrets` and restart; they are never overwritten.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
from typing import TYPE_CHECKING

from liftline.secrets import keep_secret

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

    from liftline.settings import Settings

VALID_DAYS = 3650


def certificate_path(settings: Settings) -> Path:
    """Return the certificate's file (PEM)."""
    return settings.secrets_dir / "tls.crt"


def key_path(settings: Settings) -> Path:
    """Return the private key's file (PEM)."""
    return settings.secrets_dir / "tls.key"


def ensure_certificate(settings: Settings) -> bool:
    """Make key and certificate unless they are there; return whether they were made."""
    if certificate_path(settings).exists() and key_path(settings).exists():
        return False
    # Slow to import, and needed once in an instance's life.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, socket.gethostname()[:64])])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # clocks of cabins may be behind
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names(settings)), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    keep_secret(settings.secrets_dir, key_path(settings).name, key_text.decode().strip())
    text = certificate.public_bytes(serialization.Encoding.PEM).decode().strip()
    keep_secret(settings.secrets_dir, certificate_path(settings).name, text)
    return True


def _names(settings: Settings) -> list[x509.GeneralName]:
    from cryptography import x509  # noqa: PLC0415

    names: list[x509.GeneralName] = [x509.DNSName(socket.gethostname())]
    for address in {settings.sip_bind, settings.external_address or settings.sip_bind}:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(address)))
        except ValueError:
            names.append(x509.DNSName(address))
    return names
