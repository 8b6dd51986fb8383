"""What the record process publishes about itself in Redis.

`liftline:health` is a hash: component (`journal`, `ami`, `provisioner` …, or a switch node's name) → a JSON
object with `at` (ISO 8601 or seconds since 1970, UTC), `ok`, and whatever helps. `liftline:metrics` is one JSON
object: name → number.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from api.kit.redis import RedisLink

HEALTH_KEY = "liftline:health"
METRICS_KEY = "liftline:metrics"
SENSING_KEY = "liftline:metrics.sensing"

FRESH_SECONDS = 30.0
"""An older report says nothing about now."""


def published_health(redis: RedisLink) -> dict[str, dict[str, Any]]:
    """Return the components' reports; empty when there are none or Redis is dead."""
    fields = redis.hash(HEALTH_KEY) or {}
    return {name: report for name, text in fields.items() if (report := _object(text)) is not None}


def published_metrics(redis: RedisLink) -> dict[str, float]:
    """Return the numbers; empty when there are none or Redis is dead."""
    document = _object(redis.text(METRICS_KEY) or "") or {}
    sensing = _object(redis.text(SENSING_KEY) or "") or {}
    document |= {f"sensing_{name}": value for name, value in sensing.items()}
    return {
        name: float(value)
        for name, value in document.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def is_fresh(report: dict[str, Any], now: datetime) -> bool:
    """Return whether a report is of now. One without a readable time is not."""
    at = _moment(report.get("at"))
    return at is not None and abs((now - at).total_seconds()) <= FRESH_SECONDS


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
