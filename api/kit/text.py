"""Texts for people, Chinese first and English second, and the choice between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

DEFAULT_LANGUAGE: Language = "zh"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def pick(self, language: Language) -> str:
        """Return the text in the language asked for."""
        return self.zh if language == "zh" else self.en


def accepted_language(header: str | None) -> Language:
    """Return the best language for an `Accept-Language` header; Chinese when it names neither."""
    best: tuple[float, Language] | None = None
    for part in (header or "")[:256].split(","):
        tag, _, weight = part.strip().partition(";q=")
        primary = tag.lower().split("-")[0]
        quality = _quality(weight)
        if primary in ("zh", "en") and quality > 0 and (best is None or quality > best[0]):
            best = (quality, "zh" if primary == "zh" else "en")
    return best[1] if best else DEFAULT_LANGUAGE


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
