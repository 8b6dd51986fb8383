"""The prompt catalogue: every sentence and tone that anybody hears, as data.

`passenger.toml` is heard in the cabin (Chinese, then English), `people.toml` by those who are called
or call in, `digits.toml` spells codes, `tones.toml` holds signals without words. A prompt's id is the
name of its sound file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """Who hears a prompt; the value is the name of its catalogue file."""

    PASSENGER = "passenger"
    PEOPLE = "people"
    DIGIT = "digits"
    TONE = "tones"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One entry of the catalogue."""

    id: str
    """Name of the sound file, without extension."""
    kind: Kind
    """Who hears it."""
    use: str
    """When it is played, for the reader."""
    zh: str
    """Chinese text, numbers written out."""
    en: str
    """English text; spoken to passengers, for reading elsewhere."""
    lead: str | None = None
    """Id of a tone in front of the words."""
    notes: tuple[tuple[float, float], ...] = ()
    """Tones only: (frequency in Hz, length in ms); frequency 0 is a pause."""


class CatalogueError(ValueError):
    """An entry of the catalogue is unusable; the message names file, prompt and field."""


def _prompt(kind: Kind, ident: str, entry: dict[str, Any]) -> Prompt:
    unknown = entry.keys() - {"use", "zh", "en", "lead", "notes"}
    missing = {"use", "zh", "en"} - entry.keys()
    if unknown or missing:
        message = f"{kind}.toml [{ident}]: unknown {sorted(unknown)}, missing {sorted(missing)}"
        raise CatalogueError(message)
    notes = tuple((float(hertz), float(ms)) for hertz, ms in entry.get("notes", []))
    if bool(notes) != (kind is Kind.TONE):
        message = f"{kind}.toml [{ident}]: notes belong to tones, and every tone has some"
        raise CatalogueError(message)
    return Prompt(ident, kind, entry["use"], entry["zh"], entry["en"], entry.get("lead"), notes)


@cache
def prompts() -> dict[str, Prompt]:
    """Every prompt by id, in the order of the files.

    Raises:
        CatalogueError: a field is missing or unknown, or an id occurs twice.
    """
    found: dict[str, Prompt] = {}
    for kind in Kind:
        path = Path(__file__).with_name(f"{kind}.toml")
        for ident, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if ident in found:
                message = f"{kind}.toml [{ident}]: this id is already in {found[ident].kind}.toml"
                raise CatalogueError(message)
            found[ident] = _prompt(kind, ident, entry)
    return found
