"""From a body to its events: JSON or NDJSON, plain or gzip, all of it bounded."""

from __future__ import annotations

import zlib
from enum import StrEnum
from typing import Any, Final

import orjson

MAX_EVENTS: Final = 1000
"""Events in one batch: some 300 kB, stored within 20 ms. A gateway with more sends several."""
MAX_UNPACKED: Final = 8 * 1024 * 1024
"""Bytes of a batch when it is unpacked; a small gzip body can otherwise become any size."""
_GZIP: Final = 31


class Encoding(StrEnum):
    """How events stand in a body."""

    JSON = "json"  # an array of events, or {"events": […]}
    NDJSON = "ndjson"  # one event a line


class BatchError(Exception):
    """The body as a whole cannot be taken; nothing of it is stored.

    Attributes:
        too_large: it is too large, or has too many events; otherwise it cannot be read.
    """

    def __init__(self, says: str, *, too_large: bool = False) -> None:
        self.too_large = too_large
        super().__init__(says)


class Unreadable:
    """Stands for a line that is no JSON."""

    def __init__(self, says: str) -> None:
        self.says = says


def read_batch(body: bytes, encoding: Encoding, *, gzip: bool = False) -> list[Any]:
    """Give the events of a body as JSON values; a line of NDJSON that is none as `Unreadable`.

    Raises:
        BatchError: it is too large, empty, or cannot be read.
    """
    text = _unpacked(body) if gzip else body
    if len(text) > MAX_UNPACKED:
        raise BatchError(f"more than {MAX_UNPACKED} bytes", too_large=True)
    found = _lines(text) if encoding is Encoding.NDJSON else _array(text)
    if not found:
        raise BatchError("there is no event in it")
    if len(found) > MAX_EVENTS:
        raise BatchError(f"{len(found)} events, a batch may have {MAX_EVENTS}", too_large=True)
    return found


def _array(text: bytes) -> list[Any]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BatchError(f"not JSON: {error}") from None
    if isinstance(document, dict) and set(document) == {"events"}:
        document = document["events"]
    if not isinstance(document, list):
        raise BatchError('expected an array of events, or {"events": […]}')
    return document


def _lines(text: bytes) -> list[Any]:
    lines = text.splitlines()
    if len(lines) > 2 * MAX_EVENTS:
        raise BatchError(f"{len(lines)} lines, a batch may have {MAX_EVENTS} events", too_large=True)
    return [_line(line) for line in lines if line.strip()]


def _line(line: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Unreadable(f"not JSON: {error}")


def _unpacked(body: bytes) -> bytes:
    parts, left, room = [], body, MAX_UNPACKED + 1
    try:
        while left:
            unpacker = zlib.decompressobj(_GZIP)
            part = unpacker.decompress(left, room)
            parts.append(part)
            room -= len(part)
            if room <= 0:
                raise BatchError(f"more than {MAX_UNPACKED} bytes when unpacked", too_large=True)
            if not unpacker.eof:
                raise BatchError("the gzip body ends too early")
            left = unpacker.unused_data
    except zlib.error:
        raise BatchError("the body is not gzip") from None
    return b"".join(parts)
