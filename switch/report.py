"""What the record process tells about itself: each part's health, and numbers for Prometheus."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from switch.record import RecordPlane

LAG_LIMIT_BYTES = 1 << 20
"""A journal further behind than this is not healthy."""


def components(plane: RecordPlane, now: datetime) -> dict[str, Mapping[str, object]]:
    """Return part → report, as `api.health` reads it. Times are ISO 8601 UTC."""
    at = now.isoformat()
    collector = plane.collector.state
    provision = plane.provisioner.state
    synced = provision.version >= 0 and not provision.error
    journal: dict[str, object] = {
        "at": at,
        "ok": collector.database_up and collector.lag_bytes < LAG_LIMIT_BYTES,
        "lag_bytes": collector.lag_bytes,
        "lag_s": round(collector.lag_s, 3),
        "error": "" if collector.database_up else collector.last_error,
    }
    return {
        "journal": journal,
        "ami": {"at": at, "ok": plane.link.up.is_set(), "connects": plane.link.connects},
        "provisioner": {"at": at, "ok": synced, "version": provision.version, "error": provision.error},
        "recordings": {"at": at, "ok": not plane.finisher.error, "error": plane.finisher.error},
        plane.node: {"at": at, "ok": plane.link.up.is_set() and collector.database_up, "kind": "switch"},
    }


def numbers(plane: RecordPlane) -> dict[str, float]:
    """Return name → number; a truth is 0 or 1."""
    collector = plane.collector.state
    provision = plane.provisioner.state
    values: dict[str, float] = {
        "journal_lag_bytes": collector.lag_bytes,
        "journal_lag_seconds": collector.lag_s,
        "journal_lines_total": collector.records,
        "journal_corrupt_total": collector.corrupt,
        "database_up": collector.database_up,
        "ami_up": plane.link.up.is_set(),
        "ami_connects_total": plane.link.connects,
        "provision_version": provision.version,
        "provision_writes_total": provision.writes,
        "provision_deletions_total": provision.deletions,
        "provision_ms": provision.last_ms,
        "legs_ringing": plane.trimmer.ringing,
        "legs_trimmed_total": plane.trimmer.trimmed,
        "accounts_online": plane.registrations.online,
        "calls_interrupted_total": plane.reconciler.interrupted,
        "alarms_resumed_total": plane.reconciler.resumed,
        "recordings_finished_total": plane.finisher.finished,
        "recordings_faulty_total": plane.finisher.faulty,
        "announcements_pending": plane.announcements.pending,
        "uptime_seconds": round(time.monotonic() - plane.started, 1),
    }
    return {name: float(value) for name, value in values.items()}
