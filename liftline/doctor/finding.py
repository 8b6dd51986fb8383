"""What a check of the doctor returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"  # works, but not as well or not for long
    ERROR = "error"  # an alarm may not reach a human, or be lost from the record


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `says` is the observation, `mend` what to do about it (empty when all is well)."""

    check: str
    level: Level
    says: str
    mend: str = ""


def good(check: str, says: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, Level.OK, says)


def warning(check: str, says: str, mend: str) -> Finding:
    """Return a finding that hurts later."""
    return Finding(check, Level.WARNING, says, mend)


def error(check: str, says: str, mend: str) -> Finding:
    """Return a finding that hurts now."""
    return Finding(check, Level.ERROR, says, mend)
