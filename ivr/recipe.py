"""How a prompt of the catalogue becomes one sound file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from ivr.catalogue import Kind, Prompt, prompts

VERSION = 1
"""Raised when the way of rendering changes so much that every file must be rendered again."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Pauses of a file in seconds, and the languages spoken in it."""

    before: float
    after: float
    languages: tuple[str, ...]
    speed: float = 0.95
    """Rate of speech; 1 is the voice's own."""


BETWEEN_LANGUAGES = 0.45
"""Seconds between the Chinese and the English half of a passenger prompt."""

LAYOUTS = {
    # Prompts for the cabin follow each other without help from the player: the pause is in the file.
    Kind.PASSENGER: Layout(before=0.1, after=0.6, languages=("zh", "en")),
    Kind.PEOPLE: Layout(before=0.1, after=0.25, languages=("zh",)),
    # Digits are played in a row, slowly enough to be written down.
    Kind.DIGIT: Layout(before=0.02, after=0.14, languages=("zh",), speed=0.7),
    Kind.TONE: Layout(before=0.04, after=0.1, languages=()),
}

VOICES = {"zh": "zf_xiaoyi", "en": "bf_emma"}
"""Voice per language: both stay clear after 8 kHz A-law."""


def texts(prompt: Prompt) -> list[tuple[str, str]]:
    """What is spoken in a prompt: (language, text), in order."""
    both = {"zh": prompt.zh, "en": prompt.en}
    return [(language, both[language]) for language in LAYOUTS[prompt.kind].languages]


def fingerprint(prompt: Prompt) -> str:
    """Hash of everything that decides how a prompt sounds; equal hash, no need to render again."""
    layout = LAYOUTS[prompt.kind]
    lead = prompts()[prompt.lead].notes if prompt.lead else ()
    parts = [
        VERSION,
        prompt.kind,
        texts(prompt),
        [VOICES[language] for language in layout.languages],
        [layout.before, layout.after, layout.speed, BETWEEN_LANGUAGES],
        lead,
        prompt.notes,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]
