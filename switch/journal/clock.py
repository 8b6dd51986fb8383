"""When the switch's clock was set.

The journal's order is the order in which things happened; its times are the switch's wall clock, which may be
set at any moment. A step is itself a fact worth a node: it explains times that run backwards or jump.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

TOLERANCE_S = 0.5
"""Smaller steps are the time service's slewing and the scatter of threads that write records."""


class ClockWatch:
    """Finds clock steps from two sides, and reports each once.

    Times of records that run backwards show a clock set back. A clock set forward looks like a quiet period in
    the journal; it shows as wall time running ahead of monotonic time, which only who is there at that moment sees.
    """

    def __init__(self, last_record: datetime | None = None) -> None:
        self._last_record = last_record
        self._offset: float | None = None
        self._reported = 0.0

    def sample(self, wall_s: float, monotonic_s: float) -> float | None:
        """Compare the two clocks now; return the step in seconds (back: negative), or none.

        Call it before the records written until now are looked at.
        """
        offset = wall_s - monotonic_s
        before, self._offset = self._offset, offset
        reported, self._reported = self._reported, 0.0
        if before is None or abs(offset - before) < TOLERANCE_S:
            return None
        step = offset - before
        if reported and abs(step - reported) < TOLERANCE_S:
            return None
        self._last_record = None
        return step

    def record(self, at: datetime) -> float | None:
        """Compare a record's time with the one before; return the step back in seconds (negative), or none."""
        last, self._last_record = self._last_record, at
        if last is None:
            return None
        step = (at - last).total_seconds()
        if step > -TOLERANCE_S:
            # Scatter must not pile up: the latest time seen is what the next record is compared with.
            self._last_record = max(last, at)
            return None
        self._reported = step
        return step
