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
        "evidence": _evidence(plane, at),
        plane.node: {"at": at, "ok": plane.link.up.is_set() and collector.database_up, "kind": "switch"},
    }


def _evidence(plane: RecordPlane, at: str) -> dict[str, object]:
    """A witness that is away makes evidence weaker by the hour, one that refuses says that something was altered."""
    keeper = plane.evidence
    return {
        "at": at,
        "ok": not keeper.error and not keeper.behind,
        "error": keeper.error,
        "log_size": keeper.log_size,
        "head_size": keeper.head_size,
        "witnesses": {
            name: {
                "size": one.size,
                "at": one.at.isoformat() if one.at else None,
                "refused": one.refused,
                "error": one.error,
            }
            for name, one in keeper.standings.items()
        },
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
        "evidence_log_size": plane.evidence.log_size,
        "evidence_head_size": plane.evidence.head_size,
        "evidence_heads_total": plane.evidence.heads,
        "evidence_ok": not plane.evidence.error,
        "witnesses": len(plane.evidence.parties),
        "witnesses_failing": plane.evidence.behind,
        "witnesses_refusing": plane.evidence.refused,
        "announcements_pending": plane.announcements.pending,
        "uptime_seconds": round(time.monotonic() - plane.started, 1),
    }
    return {name: float(value) for name, value in values.items()}
