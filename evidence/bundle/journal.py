"""The journal lines that an incident's nodes came from, as the switch wrote them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import structlog

from switch.journal.segments import discover, open_segment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = structlog.get_logger(__name__)

_LONGEST: Final = 1 << 20


def journal_lines(folder: Path, nodes: Iterable[dict[str, Any]]) -> tuple[bytes, int]:
    """Return the lines as JSON (segment, offset, line), one below the other, and how many could not be found.

    Args:
        folder: of the journal.
        nodes: proven rows; those from the journal name segment and offset.
    """
    wanted: dict[str, list[int]] = {}
    for row in nodes:
        if row.get("segment") is not None and row.get("offset") is not None:
            wanted.setdefault(row["segment"], []).append(row["offset"])
    files = _segments(folder, set(wanted))
    found: list[str] = []
    lost = 0
    for segment, offsets in wanted.items():
        path = files.get(segment)
        if path is None:
            lost += len(offsets)
            log.warning("journal_segment_not_found", segment=segment, lines=len(offsets))
            continue
        with path.open("rb") as file:
            for offset in sorted(offsets):
                file.seek(offset)
                line = _whole_record(file.readline(_LONGEST))
                if line is None:
                    lost += 1
                else:
                    found.append(json.dumps({"segment": segment, "offset": offset, "line": line}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in found).encode(), lost


def _whole_record(raw: bytes) -> str | None:
    """Return the line's text when it is one whole record; what Asterisk tore in a crash is no line to show."""
    try:
        text = raw.decode().rstrip("\n")
        json.loads(text)
    except ValueError:
        return None
    return text


def _segments(folder: Path, wanted: set[str]) -> dict[str, Path]:
    """Find the files of the segments by the digest of their first line, which is what names them."""
    found: dict[str, Path] = {}
    for path in reversed(discover(folder)):
        if not wanted - set(found):
            break
        segment = open_segment(path, sealed=True)
        if segment is not None:
            segment.file.close()
            found.setdefault(segment.identity, path)
    return found
