"""What the record process tells about itself: each part's health, and numbers for Prometheus."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forwarding.retrying import UNREACHABLE_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forwarding.sender import Sender
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
    found: dict[str, Mapping[str, object]] = {}
    if plane.sender:
        found["platform"] = _platform(plane.sender, now)
    return found | {
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


def _platform(sender: Sender, now: datetime) -> dict[str, object]:
    """Return the state of the line to the city's platform: down for long, or refusing messages, is not healthy."""
    down = sender.line.down_since
    long = down is not None and now - down >= UNREACHABLE_AFTER
    return {
        "at": now.isoformat(),
        "ok": not long and not sender.stats.dead,
        "waiting": sender.stats.pending,
        "oldest_s": _age(sender.stats.oldest, now),
        "put_aside": sender.stats.dead,
        "unreachable_since": down.isoformat() if down else None,
        "error": sender.error if down or sender.stats.dead else "",
    }


def _age(since: datetime | None, now: datetime) -> float:
    return round((now - since).total_seconds(), 1) if since else 0.0


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
        "sip_failures_total": plane.guard.failures,
        "sip_blocked": plane.guard.blocked,
        "sip_blocks_total": plane.guard.blocks,
        "sip_spared_total": plane.guard.spared,
        "uptime_seconds": round(time.monotonic() - plane.started, 1),
    }
    if plane.sender:
        values |= {
            "platform_up": plane.sender.line.down_since is None,
            "platform_waiting": plane.sender.stats.pending,
            "platform_oldest_seconds": _age(plane.sender.stats.oldest, datetime.now(UTC)),
            "platform_put_aside": plane.sender.stats.dead,
            "platform_sent_total": plane.sender.sent,
            "platform_failures_total": plane.sender.failures,
        }
    return {name: float(value) for name, value in values.items()}
