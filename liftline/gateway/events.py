"""Makes events."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import uuid6


def event(
    *, device_code: str, kind: str, data: dict[str, Any] | None = None, at: datetime | None = None, event_id: str = ""
) -> dict[str, Any]:
    """Make an event with an id of its own.

    Args:
        device_code: 设备代码 of the lift.
        kind: and `data`: as docs/gateway.md lists them.
        data: what it says.
        at: when it happened, with a time zone; now unless given.
        event_id: a random one, ordered by time, unless given.

    Raises:
        ValueError: `at` has no time zone.
    """
    moment = at or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return {
        "event_id": event_id or str(uuid.UUID(int=uuid6.uuid7().int)),
        "device_code": device_code,
        "kind": kind,
        "occurred_at": moment.isoformat(timespec="milliseconds"),
        "data": data or {},
    }
