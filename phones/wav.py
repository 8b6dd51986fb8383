"""Just enough of WAV to know whether pjsip has finished a file (it writes the lengths when it closes it)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")


def is_whole(file: Path) -> bool:
    """Whether the length in the header is that of the file."""
    try:
        with file.open("rb") as wav:
            head = wav.read(HEADER.size)
        size = file.stat().st_size
    except OSError:
        return False
    if len(head) < HEADER.size:
        return False
    return bool(HEADER.unpack(head)[-1] == size - HEADER.size)


def is_growing(file: Path) -> bool:
    """Whether this is a file that pjsip is still writing: empty so far, or a header that counts no samples."""
    with file.open("rb") as wav:
        head = wav.read(HEADER.size)
    return len(head) < HEADER.size or (head[:4] == b"RIFF" and HEADER.unpack(head)[-1] == 0)
