"""The bytes of a fact, from which its leaf hash is computed: JSON as RFC 8785 (JCS) writes it.

The same row gives the same bytes on SQLite and PostgreSQL, today and in ten years: names sorted, absent values left
out (so that a column added later changes no earlier fact), times as text in UTC with microseconds. What JCS cannot
say (integers beyond 2^53, NaN, half a surrogate pair) is written down in a fixed way instead of being refused, for a
fact must never fail to be stored over its proof.

`orjson` writes the same bytes as JCS for everything but numbers with a fraction or exponent and large integers, and
fifty times faster than a reader of the standard in Python; whatever might hold such a number goes through `rfc8785`.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
import rfc8785

if TYPE_CHECKING:
    from collections.abc import Iterable

FORM: Final = 1
"""Version of this form; stands in the bytes and beside each leaf."""

_MAX_SAFE: Final = 2**53 - 1
_ODD_NUMBER: Final = re.compile(rb"[:,\[]-?\d+[.eE]|[:,\[]-?\d{16}|[:,\[]-0[,}\]]")


def fact_bytes(fact: str, names: Iterable[str], values: Iterable[object]) -> bytes:
    """Return the canonical bytes of one fact.

    Args:
        fact: its kind: `node`, `recording`, …
        names: of its columns, sorted.
        values: one for each name, already plain: text, whole number, truth, none, or what `moment` and `json_value`
            return.
    """
    row = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    try:
        return orjson.dumps({"fact": fact, "row": row, "v": FORM})
    except TypeError:  # an integer beyond 64 bits
        return orjson.dumps({"fact": fact, "row": {name: _plain(value) for name, value in row.items()}, "v": FORM})


def moment(at: datetime) -> str:
    """Return an aware time as `2026-11-22T02:00:00.123456Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def json_value(value: object) -> orjson.Fragment:
    """Return a JSON value for `fact_bytes`."""
    return orjson.Fragment(canonical_json(value))


def json_text(text: str | bytes) -> orjson.Fragment:
    """Return JSON text, as a database keeps it, for `fact_bytes`."""
    if text in ("{}", b"{}"):
        return orjson.Fragment(b"{}")
    try:
        return json_value(orjson.loads(text))
    except orjson.JSONDecodeError:  # NaN and half surrogate pairs, which SQLite keeps
        return json_value(json.loads(text))


def canonical_json(value: object) -> bytes:
    """Return a JSON value's canonical bytes; never fails on what `json` can write."""
    try:
        found = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return rfc8785.dumps(_tame(value))
    if _ODD_NUMBER.search(b":" + found + b",") is None and found.isascii():
        return found
    return rfc8785.dumps(_tame(value))


def _plain(value: object) -> object:
    return value if isinstance(value, orjson.Fragment | str) else json_value(value)


def _tame(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value in what JCS can write."""
    match value:
        case dict():
            return {_tame(str(name)): _tame(one) for name, one in value.items()}
        case list() | tuple():
            return [_tame(one) for one in value]
        case str():
            return value.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")
        case int() | float() if not isinstance(value, bool):
            return _tame_number(value)
        case _:
            return value


def _tame_number(value: float) -> float | str:
    if isinstance(value, int):
        try:
            return value if abs(value) <= _MAX_SAFE else float(value)
        except OverflowError:
            return str(value)
    return value if math.isfinite(value) else str(value)
