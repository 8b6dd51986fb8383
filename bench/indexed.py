"""Whether the record plane has a finished, faultless recording of every call, as long as the call was on the wire."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from bench.estate import lift_of
from store.models import Incident, Lift, Recording, RecordingState
from store.session import read_scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine

    from bench.calls import Call

FINISH_S: Final = 90.0
"""Longest wait for the finisher: it works on one recording after the other, as their calls end."""

EARLY_S: Final = 1.0


def wait_finished(engine: Engine) -> float:
    """Wait until no recording is unfinished, or `FINISH_S` are over; return how long that took, in seconds."""
    began = time.monotonic()
    while time.monotonic() - began < FINISH_S:
        with read_scope(engine) as session:
            query = select(func.count()).where(Recording.state == RecordingState.RECORDING)
            if not session.scalar(query):
                break
        time.sleep(0.3)
    return time.monotonic() - began


def differences(engine: Engine, calls: Iterable[Call]) -> dict[int, float]:
    """Return per lift how much longer its recording is than its call, in seconds; without a good one: as if empty."""
    answered = [call for call in calls if call.answered and call.ended]
    since = datetime.fromtimestamp(min(call.pressed for call in answered), UTC) - timedelta(seconds=EARLY_S)
    with read_scope(engine) as session:
        query = (
            select(Lift.cabin_address, Recording.duration_ms)
            .join(Incident, Recording.incident_id == Incident.id)
            .join(Lift, Incident.lift_id == Lift.id)
            .where(Recording.started_at >= since, Recording.state == RecordingState.OK)
        )
        lengths = {lift_of(address): (length or 0) / 1000 for address, length in session.execute(query)}
    return {
        call.lift: lengths.get(call.lift, 0.0) - (call.ended - call.answered)
        for call in answered
        if call.ended and call.answered
    }


def clear_raw(folder: Path) -> None:
    """Remove what the bare path recorded: no alarm, so nobody finishes it."""
    for path in folder.glob("*.raw"):
        path.unlink(missing_ok=True)
