"""Where recordings lie, and reading them in ranges.

`raw/<call id>.raw` while the alarm runs; `YYYY/MM/DD/<call id>.wav` (UTC day of the press) once finished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MEDIA_TYPE = "audio/wav"
_CHUNK = 64 * 1024
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class OutsideError(ValueError):
    """The name leads out of the recordings folder."""


@dataclass(frozen=True, slots=True)
class RecordingStore:
    """The recordings folder of one instance.

    Args:
        root: `LIFTLINE_HOME`/recordings.
    """

    root: Path

    @property
    def raw_dir(self) -> Path:
        """Where the switch writes."""
        return self.root / "raw"

    def raw(self, name: str) -> Path:
        """Return the raw file of a journal record's field `file`; only its last part counts."""
        stem = PurePosixPath(name).name.removesuffix(".raw")
        return self.raw_dir / f"{_UNSAFE.sub('_', stem)}.raw"

    def finished_name(self, call_id: str, started_at: datetime) -> str:
        """Return the finished file's name relative to the folder, as the index notes it."""
        return f"{started_at:%Y/%m/%d}/{_UNSAFE.sub('_', call_id)}.wav"

    def path(self, name: str) -> Path:
        """Return the path of an index entry's file; raise `OutsideError` when it lies elsewhere."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()) or not name:
            raise OutsideError(name)
        return path

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes `start` up to and without `end` (absent: the file's end) in chunks of 64 KiB.

        Raises:
            FileNotFoundError: the file is gone.
            OutsideError: the name leads out of the folder.
        """
        with self.path(name).open("rb") as file:
            file.seek(start)
            left = None if end is None else max(0, end - start)
            while left is None or left > 0:
                data = file.read(_CHUNK if left is None else min(_CHUNK, left))
                if not data:
                    return
                if left is not None:
                    left -= len(data)
                yield data
