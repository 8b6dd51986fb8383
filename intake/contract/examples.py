"""One good event of each kind, as a gateway would send it."""

from __future__ import annotations

from typing import Any, Final

from sensing.events import EventKind

_DATA: Final[dict[EventKind, dict[str, Any]]] = {
    EventKind.HEARTBEAT: {"interval_s": 60, "uptime_s": 86400, "firmware": "2.4.1"},
    EventKind.CAR_STATE: {
        "floor": 7,
        "direction": "stopped",
        "moving": False,
        "door": "closed",
        "in_door_zone": False,
        "people": True,
        "people_count": 2,
        "mode": "normal",
    },
    EventKind.COUNTERS: {
        "runs": 120345,
        "door_cycles": 241020,
        "running_s": 1802200,
        "distance_m": 905400,
        "rope_bends": 361035,
    },
    EventKind.SAFETY_CIRCUIT: {"open": True, "point": "厅门锁 7 层"},
    EventKind.POWER: {"state": "on_battery", "charge_percent": 82.5, "remaining_s": 5400},
    EventKind.NOISE: {"level_db": 54.5, "peak_db": 71.0, "period_s": 60},
    EventKind.ALARM: {"source": "fault", "code": "E37", "text": "变频器过流"},
    EventKind.MEDIA: {
        "media": "snapshot",
        "media_id": "7f3c-img-0007",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size_bytes": 48211,
    },
}

EXAMPLES: Final[list[dict[str, Any]]] = [
    {
        "event_id": f"7f3c-{number:06d}",
        "device_code": "31101301002019060001",
        "kind": kind.value,
        "occurred_at": "2026-11-22T02:14:07.318Z",
        "sequence": number,
        "data": data,
    }
    for number, (kind, data) in enumerate(_DATA.items(), start=42)
]
"""Their moment is fixed: put your own in."""
