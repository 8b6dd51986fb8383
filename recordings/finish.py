"""Finishing a recording: from the switch's raw file to a checked, indexed one.

Three steps, each of which may be repeated: make the finished file (same bytes every time), note it in the index
together with its nodes (once: the index says so), remove the raw file (only when the finished one is safe). Killed
between any two, the next round goes on.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from recordings.audio import CHANNELS, FRAME_BYTES, SAMPLE_RATE, Measured, convert, digest_of, measure, sync_folder
from recordings.verdict import expected_ms, judge
from store.live import About, append_live_event
from store.models import Recording, RecordingState
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from recordings.pending import Pending
    from recordings.store import RecordingStore
    from recordings.verdict import Verdict

log = structlog.get_logger(__name__)

LIVE_FINISHED = "recording.finished"
"""Live event: a recording was checked and indexed, or found missing."""
SETTLE_S = 1.0
"""The switch may write on for a moment after it says that it has finished."""
MISSING_AFTER_S = 5.0
"""A raw file that is not there so long after its end will not come."""


def settled(raw: Path, now_s: float) -> bool:
    """Return whether nobody writes to the raw file any more: it has rested for `SETTLE_S`, or is not there.

    A time of change in the future (the clock was set back) counts as settled.
    """
    try:
        age = now_s - raw.stat().st_mtime
    except FileNotFoundError:
        return True
    return age >= SETTLE_S or age < 0


def finish(engine: Engine, store: RecordingStore, item: Pending, now: datetime) -> RecordingState | None:
    """Finish one recording; return its state, or none when it must be looked at again later.

    Raises:
        OSError: the disk is full or does not work; nothing was noted.
        sqlalchemy.exc.SQLAlchemyError: the database is away; the finished file waits for the next round.
    """
    raw = store.raw(item.raw_name)
    name = store.finished_name(item.call_id, item.started_at)
    if not settled(raw, time.time()):
        return None
    measured = _make(raw, store.path(name))
    if measured is None and now < item.ended_at + timedelta(seconds=MISSING_AFTER_S) and now >= item.ended_at:
        return None
    expected = expected_ms(item.started_at, item.ended_at, item.clock_stepped_ms)
    verdict = judge(measured, expected, alarm=item.alarm, received=item.received)
    _note(engine, item, name, measured, expected, verdict, now)
    if measured is not None and raw.exists():
        raw.unlink()
        sync_folder(raw.parent)
    log.info("recording_finished", file=name, state=verdict.state.value, ms=measured.duration_ms if measured else None)
    return verdict.state


def _make(raw: Path, target: Path) -> Measured | None:
    """Make the finished file; none when the switch left nothing or an empty file.

    Where an older database was restored the raw file is long gone, but the finished one is there: that one counts.
    """
    try:
        if raw.stat().st_size < FRAME_BYTES:
            return None
        return convert(raw, target)
    except FileNotFoundError:
        return measure(target) if target.exists() else None


def _note(
    engine: Engine,
    item: Pending,
    name: str,
    measured: Measured | None,
    expected: int,
    verdict: Verdict,
    now: datetime,
) -> None:
    """Fill in the index and append the nodes, once."""
    with session_scope(engine) as session:
        row = session.get(Recording, item.row_id, with_for_update=True)
        if row is None or row.state is not RecordingState.RECORDING:
            return
        row.state = verdict.state
        row.ended_at = max(item.ended_at, row.started_at)
        row.expected_ms = expected
        if measured is not None:
            row.file = name
            row.duration_ms = measured.duration_ms
            row.bytes = measured.bytes
            row.sha256 = measured.sha256
            row.channels = len(CHANNELS)
            row.sample_rate = SAMPLE_RATE
        for kind, detail in _findings(measured, expected, verdict):
            draft = NodeDraft(kind, now, row.call.switch_node, detail={"recording": row.id, **detail})
            append_node(session, draft, SYSTEM, incident=row.incident, call=row.call)
        payload = {"id": row.id, "state": row.state.value, "duration_ms": row.duration_ms, "call": item.call_id}
        append_live_event(
            session, LIVE_FINISHED, now, About(incident=row.incident, lift=row.call.lift, payload=payload)
        )


def _findings(
    measured: Measured | None, expected: int, verdict: Verdict
) -> list[tuple[NodeKind, dict[str, str | int]]]:
    if measured is None:
        return [(NodeKind.RECORDING_MISSING, {"expected_ms": expected})]
    found: list[tuple[NodeKind, dict[str, str | int]]] = []
    if verdict.short:
        found.append((NodeKind.RECORDING_SHORT, {"expected_ms": expected, "duration_ms": measured.duration_ms}))
    quiet: dict[str, str | int] = {"quiet": ",".join(verdict.quiet)} if verdict.quiet else {}
    if verdict.dead:
        found.append((NodeKind.RECORDING_SILENT, {"why": verdict.dead, **quiet}))
    if not found:
        good: dict[str, str | int] = {"duration_ms": measured.duration_ms, "sha256": measured.sha256}
        found.append((NodeKind.RECORDING_CHECKED, {**good, **quiet}))
    return found


def clear_leftovers(engine: Engine, store: RecordingStore) -> int:
    """Remove raw files whose finished file is safe (killed before the last step); return how many.

    Other raw files stay: one that no index row knows may be the only trace of an alarm.
    """
    removed = 0
    for raw in store.raw_dir.glob("*.raw"):
        with read_scope(engine) as session:
            row = session.scalar(
                select(Recording).where(
                    Recording.file.endswith(f"/{raw.stem}.wav", autoescape=True), Recording.sha256.is_not(None)
                )
            )
            known = (row.file, row.sha256) if row else None
        if known is None:
            continue
        path = store.path(known[0])
        if path.exists() and digest_of(path) == known[1]:
            raw.unlink()
            removed += 1
    return removed
