"""Turns a process' log line, one JSON object, into what a person reads in a terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ROUTINE: Final = "request"
"""The API's line for each request: one for every click and every poll of every console."""

_render = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)


def readable(line: str, zone: ZoneInfo) -> str:
    """Return the line with the time of `zone` in front; one that is no JSON object of ours as it is."""
    entry = _parsed(line)
    if entry is None:
        return line
    try:
        at = datetime.fromisoformat(str(entry.pop("timestamp"))).astimezone(zone)
    except ValueError:
        return line
    return f"{at:%H:%M:%S} {_render(None, '', entry)}"


def is_routine(line: str) -> bool:
    """Say whether nobody who watches the whole switch wants to see this line: a request that went well."""
    entry = _parsed(line)
    return entry is not None and entry["event"] == ROUTINE and entry.get("level") == "info"


def _parsed(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and {"event", "timestamp"} <= entry.keys() else None
