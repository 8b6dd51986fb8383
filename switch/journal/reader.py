"""Reads the journal's lines in order, through rotations, from wherever it was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from switch.journal.segments import CURRENT, discover, following, open_segment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from switch.journal.segments import Segment

log = structlog.get_logger(__name__)

MAX_LINE = 1 << 20
"""Bytes without a line end that are no line of ours any more."""
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Line:
    """One line and where it stands. `end` is the first byte after it."""

    segment: str
    offset: int
    end: int
    raw: bytes
    torn: bool = False
    """It will never be completed: its segment is sealed, or it is far too long."""


class JournalReader:
    """Reads on from the stored positions.

    Args:
        folder: the journal's folder.
        positions: segment identity → first byte not collected yet. Segments are read one after the other, so
            all before the newest known one are done.
    """

    def __init__(self, folder: Path, positions: Mapping[str, int]) -> None:
        self._folder = folder
        self._positions = positions
        self._segment: Segment | None = None
        self._offset = 0

    def read(self, limit: int) -> list[Line]:
        """Return up to `limit` further lines; an empty list when there are none now.

        A last line without its end is waited for: Asterisk may be writing it.
        """
        if self._segment is None and not self._begin():
            return []
        lines: list[Line] = []
        while len(lines) < limit:
            found = self._lines(limit - len(lines))
            if not found:
                # Whether a following file exists is asked before the last look at this one, so that a record
                # written in between is not passed over.
                after = following(self._folder, self._current())
                found = self._lines(limit - len(lines), sealed=after is not None)
                if not found and after is None:
                    break
                if after is not None:
                    self._go_on_with(after, discard=bool(found))
            lines += found
        return lines

    @property
    def segment(self) -> str | None:
        """Identity of the segment being read."""
        return self._segment.identity if self._segment else None

    def lag_bytes(self) -> int:
        """Return how many bytes of the journal are not read yet."""
        if self._segment is None:
            return sum(_size(path) for path in discover(self._folder))
        paths = discover(self._folder)
        mine = next((place for place, path in enumerate(paths) if self._segment.same_file(path)), len(paths))
        return max(0, self._segment.size() - self._offset) + sum(_size(path) for path in paths[mine + 1 :])

    def line_before(self) -> bytes | None:
        """Return the line that ends where reading goes on; none at a segment's beginning."""
        if self._segment is None and not self._begin():
            return None
        segment = self._current()
        begin = max(0, self._offset - _CHUNK)
        segment.file.seek(begin)
        before = segment.file.read(self._offset - begin).splitlines()
        return before[-1] if before else None

    def close(self) -> None:
        """Close the open segment."""
        if self._segment is not None:
            self._segment.file.close()
            self._segment = None

    def _current(self) -> Segment:
        assert self._segment is not None  # noqa: S101 - set by _begin
        return self._segment

    def _begin(self) -> bool:
        """Open the newest segment with a known position, else the oldest there is."""
        oldest: Segment | None = None
        newest: Segment | None = None
        for path in discover(self._folder):
            segment = open_segment(path, sealed=path.name != CURRENT)
            if segment is None:
                continue
            if segment.identity in self._positions:
                if newest is not None:
                    newest.file.close()
                newest = segment
            elif oldest is None:
                oldest = segment
            else:
                segment.file.close()
        chosen = newest or oldest
        if chosen is None:
            return False
        if newest is not None and oldest is not None:
            oldest.file.close()
        if newest is None and self._positions:
            log.error("journal_segment_lost", known=len(self._positions), reading=chosen.path.name)
        self._segment = chosen
        self._offset = self._positions.get(chosen.identity, 0)
        return True

    def _go_on_with(self, after: Segment, *, discard: bool) -> None:
        """Move to the following segment, unless lines were found in this one at the last look."""
        if discard:
            after.file.close()
            return
        self._current().file.close()
        self._segment = after
        self._offset = self._positions.get(after.identity, 0)

    def _lines(self, limit: int, *, sealed: bool = False) -> list[Line]:
        segment = self._current()
        segment.file.seek(self._offset)
        data = segment.file.read(_CHUNK)
        if data and b"\n" not in data:
            data += segment.file.read(MAX_LINE - len(data))
        lines: list[Line] = []
        begin = 0
        while len(lines) < limit and (end := data.find(b"\n", begin)) >= 0:
            lines.append(self._line(segment.identity, data[begin : end + 1], torn=False))
            begin = end + 1
        rest = data[begin:]
        # Without a line end, `data` goes up to the file's end or MAX_LINE. When nothing more will be added, it is torn.
        if not lines and rest and (sealed or len(rest) >= MAX_LINE):
            lines.append(self._line(segment.identity, rest, torn=True))
        return lines

    def _line(self, identity: str, raw: bytes, *, torn: bool) -> Line:
        line = Line(identity, self._offset, self._offset + len(raw), raw, torn=torn)
        self._offset = line.end
        return line


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
