"""Where the platform is and how we are known there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liftline.secrets import SecretName, read_secret

if TYPE_CHECKING:
    from liftline.settings import Settings


@dataclass(frozen=True, slots=True)
class Platform:
    """One receiving platform."""

    url: str
    """Where messages are posted to."""
    system: str
    """Our name there; the platform finds the key by it."""
    secret: str
    """Key of the signatures."""
    timeout_s: float = 10.0
    """Longest wait for one answer, seconds."""
    concurrency: int = 8
    """Lifts sent for at the same time."""
    keep_days: int = 30
    """How long sent messages are kept for looking at."""


def platform_of(settings: Settings) -> Platform | None:
    """Return the platform of the settings, none where sending on is not configured.

    Raises:
        liftline.secrets.SecretMissingError: there is no key yet.
    """
    if settings.platform_url is None:
        return None
    return Platform(
        url=settings.platform_url,
        system=settings.platform_system,
        secret=read_secret(settings.secrets_dir, SecretName.PLATFORM),
        timeout_s=settings.platform_timeout_s,
        concurrency=settings.platform_concurrency,
        keep_days=settings.platform_keep_days,
    )
