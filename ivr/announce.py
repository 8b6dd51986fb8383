"""The announcement that names one lift: a rendered file, or a row of rendered parts that spells it.

Files are named by device code and by a hash of their text. A lift whose text changed therefore never
plays the old one: until the new file is there, its code is spelled.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from ivr import audio, recipe
from ivr.manifest import SOUNDS
from ivr.wording import Place, announcement

if TYPE_CHECKING:
    from pathlib import Path

SPEED = 0.85
"""Rate of speech of announcements: slower than prompts, they are heard once and by surprise."""

_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")


def spelled(rescue_no: str) -> list[Path]:
    """Sound files, absolute and without extension, that announce a lift by its rescue number, twice.

    A number that is not made of digits is left out: "lift alarm, somebody has pressed the button".
    """
    opening = [SOUNDS / "alarm-intro", SOUNDS / "button-pressed"]
    if not re.fullmatch(r"[0-9]+", rescue_no):
        return opening
    digits = [SOUNDS / f"digit-{digit}" for digit in rescue_no]
    return [*opening, SOUNDS / "rescue-number-is", *digits, SOUNDS / "again", *digits]


def target(folder: Path, device_code: str, place: Place) -> Path:
    """The file that holds, or will hold, the announcement of a lift.

    Raises:
        ValueError: the device code cannot be part of a file name.
    """
    if not _NAME.fullmatch(device_code):
        message = f"not a device code: {device_code!r}"
        raise ValueError(message)
    spoken = f"{recipe.VERSION}|{recipe.VOICES['zh']}|{SPEED}|{announcement(place)}"
    fingerprint = hashlib.sha256(spoken.encode()).hexdigest()[:12]
    return folder.resolve() / f"{device_code}-{fingerprint}{audio.SUFFIX}"


def ready(folder: Path, device_code: str, place: Place) -> Path | None:
    """Absolute path without extension, as Asterisk wants it, when the announcement is rendered; else None.

    Raises:
        ValueError: the device code cannot be part of a file name.
    """
    file = target(folder, device_code, place)
    return file.with_suffix("") if file.is_file() else None


def outdated(folder: Path, device_code: str, place: Place) -> list[Path]:
    """Files of older texts of a lift. Delete them once no switch refers to them any more."""
    current = target(folder, device_code, place)
    older = (file for file in folder.resolve().glob(f"{device_code}-*{audio.SUFFIX}") if file != current)
    # "12" must not take the files of "12-3"
    return sorted(file for file in older if len(file.stem) == len(current.stem))
