"""Where certificates lie, and which of them is served where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from liftline.settings import Settings

DROPPED_IN = ("tls.crt", "tls.key")
"""A certificate put into `<home>/secrets` by hand; never overwritten."""


@dataclass(frozen=True)
class Pair:
    """A certificate with its chain and its private key, PEM files."""

    certificate: Path
    key: Path

    @property
    def present(self) -> bool:
        """Whether both files are there."""
        return self.certificate.exists() and self.key.exists()

    def state(self) -> tuple[int, ...]:
        """Return what changes when one of the files is replaced; zeros for what is missing."""
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in (self.certificate, self.key))


def root(settings: Settings) -> Pair:
    """Return our own authority: the certificate is for everybody, the key for nobody."""
    return Pair(settings.secrets_dir / "root.crt", settings.secrets_dir / "root.key")


def issued(settings: Settings) -> Pair:
    """Return the certificate that our own authority issues to this machine."""
    return Pair(settings.secrets_dir / "server.crt", settings.secrets_dir / "server.key")


def given(settings: Settings) -> Pair | None:
    """Return the site's own certificate: the one of the settings, else the one put beside the secrets, else none."""
    if settings.tls_certificate and settings.tls_key:
        return Pair(settings.tls_certificate, settings.tls_key)
    dropped_in = Pair(*(settings.secrets_dir / name for name in DROPPED_IN))
    return dropped_in if dropped_in.present else None
