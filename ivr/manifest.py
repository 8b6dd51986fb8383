"""`sounds/manifest.json`: which text each rendered file speaks, so that a stale file is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TypedDict

from ivr import audio
from ivr.catalogue import Prompt, prompts
from ivr.recipe import VOICES, fingerprint, texts

SOUNDS = Path(__file__).parent / "sounds"
"""Folder of the rendered prompts."""

_FILE = "manifest.json"


class Entry(TypedDict):
    """One rendered file."""

    fingerprint: str
    """Of text, voice and layout (`ivr.recipe.fingerprint`)."""
    voices: list[str]
    """Voices in the order they speak; empty for tones."""
    seconds: float
    """Duration of the file."""
    sha256: str
    """Of the file's bytes."""


def load(folder: Path = SOUNDS) -> dict[str, Entry]:
    """The manifest by prompt id; empty when there is none yet."""
    try:
        entries: dict[str, Entry] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return entries


def record(prompt: Prompt, folder: Path = SOUNDS) -> None:
    """Note the file just rendered. One writer at a time: `python -m ivr.render` is run by hand."""
    data = path(prompt.id, folder).read_bytes()
    entries = load(folder)
    entries[prompt.id] = Entry(
        fingerprint=fingerprint(prompt),
        voices=[VOICES[language] for language, _ in texts(prompt)],
        seconds=round(len(audio.read(path(prompt.id, folder))) / audio.RATE, 3),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    known = {ident: entries[ident] for ident in prompts() if ident in entries}
    temporary = folder / f".{_FILE}.part"
    temporary.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, folder / _FILE)  # noqa: PTH105 - atomic, and named so


def path(ident: str, folder: Path = SOUNDS) -> Path:
    """Where the sound file of a prompt lies."""
    return folder / f"{ident}{audio.SUFFIX}"


def stale(folder: Path = SOUNDS) -> list[Prompt]:
    """Prompts whose file is missing, altered, or speaks an older text."""
    entries = load(folder)
    return [prompt for prompt in prompts().values() if not _fresh(prompt, entries, folder)]


def _fresh(prompt: Prompt, entries: dict[str, Entry], folder: Path) -> bool:
    entry, file = entries.get(prompt.id), path(prompt.id, folder)
    if entry is None or entry["fingerprint"] != fingerprint(prompt) or not file.is_file():
        return False
    return hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"]


def orphans(folder: Path = SOUNDS) -> list[Path]:
    """Sound files that belong to no prompt any more."""
    return sorted(file for file in folder.glob(f"*{audio.SUFFIX}") if file.stem not in prompts())
