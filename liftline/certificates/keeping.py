"""Makes the authority and this machine's certificate where they are missing, and renews the latter in time."""

from __future__ import annotations

import datetime as dt
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from liftline.certificates import files
from liftline.certificates.authority import can_name, has_issued, issue, make_key, make_root
from liftline.certificates.looking import Certificate, CertificateError, check, look
from liftline.certificates.names import wanted_names
from liftline.secrets import keep_secret

if TYPE_CHECKING:
    from liftline.certificates.files import Pair
    from liftline.settings import Settings

RENEW_DAYS = 60
"""Ours is renewed this long before it ends, so that a machine that was off for a month still has a good one."""


def keep(settings: Settings, now: dt.datetime) -> list[str]:
    """Make what is missing and renew what ends soon or lacks a name; return what was made, in words for people.

    Raises `CertificateError` when the authority's files are spoilt or cannot be written; what is served then stays.
    """
    try:
        return _keep(settings, now)
    except (OSError, TypeError, ValueError) as error:
        raise CertificateError(f"our authority cannot issue a certificate: {error}") from error


def _keep(settings: Settings, now: dt.datetime) -> list[str]:
    root, server = files.root(settings), files.issued(settings)
    made = []
    if _has_ended(root.certificate, now):
        root.certificate.unlink(missing_ok=True)
        root.key.unlink(missing_ok=True)
    if not root.certificate.exists():
        keep_secret(settings.secrets_dir, root.key.name, make_key().strip())
        name = f"Liftline {socket.gethostname()} {now:%Y-%m-%d}"
        keep_secret(settings.secrets_dir, root.certificate.name, make_root(_text(root.key), name, now).strip())
        made.append("authority")
    reason = why_due(settings, now)
    # Without its key, which may have been taken to a safe place, the authority issues nothing; the doctor says so.
    if reason and root.key.exists():
        _issue(settings, root, server, now)
        made.append(f"certificate ({reason})")
    return made


def why_due(settings: Settings, now: dt.datetime) -> str:
    """Return why our authority should issue a new certificate, empty while the one there is good."""
    root, server = files.root(settings), files.issued(settings)
    if not server.present:
        return "new"
    try:
        found, authority = check(server), look(root.certificate)
    except CertificateError:
        return "unreadable"
    if not has_issued(_text(root.certificate), _text(server.certificate)):
        return "new authority"
    # Near the end of the authority itself a further one would last no longer.
    if found.days_left(now) < RENEW_DAYS and found.ends < authority.ends - dt.timedelta(days=2):
        return "renewed before its end"
    missing = missing_names(found, settings)
    return f"names added: {', '.join(missing)}" if missing else ""


def missing_names(found: Certificate, settings: Settings) -> list[str]:
    """Return the names of the settings that a certificate does not have."""
    return [name for name in wanted_names(settings) if can_name(name) and not found.covers(name)]


def _issue(settings: Settings, root: Pair, server: Pair, now: dt.datetime) -> None:
    try:
        check(server)
    except CertificateError:
        server.key.unlink(missing_ok=True)
        keep_secret(settings.secrets_dir, server.key.name, make_key().strip())
    text = issue(_text(root.certificate), _text(root.key), _text(server.key), wanted_names(settings), now)
    # The key stays and the certificate is replaced in one step: there is no moment in which they do not fit.
    _replace(server.certificate, text)


def _has_ended(certificate: Path, now: dt.datetime) -> bool:
    try:
        return look(certificate).days_left(now) < 1
    except CertificateError:
        return False


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _replace(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")  # mode 0600 from the start
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
