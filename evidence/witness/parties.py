"""Who countersigns, as the settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from evidence.core.keys import WITNESS_KIND, Verifier

if TYPE_CHECKING:
    from pathlib import Path

    from liftline.settings import Settings

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class PartyError(ValueError):
    """`LIFTLINE_EVIDENCE_WITNESSES` or `…_TIMESTAMP_…` is not well written; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A party that has seen the log grow and refuses a head that does not go on from the last one."""

    url: str
    """Without a slash at its end; `/heads` is added."""
    verifier: Verifier

    @property
    def name(self) -> str:
        """Its name."""
        return self.verifier.name


@dataclass(frozen=True, slots=True)
class Authority:
    """An RFC 3161 time-stamp authority."""

    url: str
    roots: Path
    every_s: int

    @property
    def name(self) -> str:
        """Its host."""
        return f"rfc3161:{urlsplit(self.url).hostname}"


def witnesses_of(settings: Settings) -> list[Witness]:
    """Return the witnesses of the settings.

    Raises:
        PartyError: an entry is no `URL#name+keyid+base64`, or goes over the open network without TLS.
    """
    found: list[Witness] = []
    for entry in filter(None, (part.strip() for part in settings.evidence_witnesses.split(","))):
        url, _, key = entry.partition("#")
        try:
            verifier = Verifier.parse(key)
        except ValueError as error:
            raise PartyError(f"LIFTLINE_EVIDENCE_WITNESSES: {url}: {error}") from None
        if verifier.kind != WITNESS_KIND:
            raise PartyError(f"LIFTLINE_EVIDENCE_WITNESSES: {url}: the key is a log's, not a witness'")
        found.append(Witness(_checked(url).rstrip("/"), verifier))
    if len({one.name for one in found}) < len(found):
        raise PartyError("LIFTLINE_EVIDENCE_WITNESSES: two witnesses have the same name")
    return found


def authority_of(settings: Settings) -> Authority | None:
    """Return the time-stamp authority of the settings. Time stamps need no TLS: they are signed and checked."""
    if not settings.evidence_timestamp_url or settings.evidence_timestamp_roots is None:
        return None
    return Authority(
        settings.evidence_timestamp_url, settings.evidence_timestamp_roots, settings.evidence_timestamp_every_s
    )


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise PartyError(f"LIFTLINE_EVIDENCE_WITNESSES: {url}: a witness is reached by https")
