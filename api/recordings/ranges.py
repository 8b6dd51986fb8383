"""Byte ranges and validators of a file (RFC 9110, sections 13 and 14). One range; several are answered whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` up to and without `end`."""

    start: int
    end: int


def wanted_span(headers: Mapping[str, str], size: int, etag: str) -> Span | None:
    """Return the range that the caller asks for, none for the whole file.

    A range that is malformed, or meant for another version of the file (`If-Range`), is no range. Raises
    `Problem` (416) for one beyond the file's end.
    """
    match = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if match is None or match.groups() == ("", "") or headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        span = Span(max(0, size - int(last)), size)
    else:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return None
    if span.start >= span.end:
        raise Problem(ProblemType.RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    return span


def not_modified(headers: Mapping[str, str], etag: str) -> bool:
    """Return whether the caller has this version already (`If-None-Match`)."""
    tags = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return etag in tags or "*" in tags
