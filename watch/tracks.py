"""Detection's state of each lift: in memory, and from time to time in the database.

Writing every lift's state with every event would cost more than all the rest. So a state is written when it said
something (in the transaction of what it said, so that nothing is said twice), and otherwise now and then. After a
restart the events since are folded in again from the database (`sensing.replay`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from sensing.detection import Result, begin, step
from sensing.state import StateError, from_json, to_json
from sensing.thresholds import DEFAULT

if TYPE_CHECKING:
    from datetime import datetime

    from sensing.detection import State
    from sensing.thresholds import Thresholds
    from store.models import Device
    from watch.reading import Told

log = structlog.get_logger(__name__)

MOST: Final = 20_000
"""States kept in memory; those not used for the longest time are read from the database again."""


@dataclass(slots=True)
class _Kept:
    state: State
    newest: int
    """Id of the newest event in it."""
    unwritten: int | None
    """Id of the first event in it that the database's copy does not have."""


class Tracks:
    """States by lift. Changes hold once `commit` is called, and are forgotten by `rollback`."""

    def __init__(self, thresholds: Thresholds = DEFAULT) -> None:
        self._thresholds = thresholds
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._changed: dict[int, _Kept] = {}

    def look(self, device: Device, code: str, told: list[Told], now: datetime) -> Result:
        """Take a lift's events, in the transaction under way; those taken before change nothing."""
        kept = self._get(device, code)
        fresh = [one for one in told if one.id > kept.newest]
        result = self._step(kept.state, code, fresh, now)
        newest = max([kept.newest, *(one.id for one in fresh)])
        unwritten = kept.unwritten if kept.unwritten is not None or not fresh else fresh[0].id
        self._changed[device.lift_id] = changed = _Kept(result.state, newest, unwritten)
        device.wake_at = result.wake_at
        if result.verdicts:
            self._write(device, changed)
        return result

    def runs(self, device: Device, code: str) -> float:
        """Runs counted for a lift so far."""
        return self._get(device, code).state.head.wear.runs.used

    def write(self, device: Device) -> None:
        """Write a lift's state down, in the transaction under way."""
        kept = self._changed.get(device.lift_id) or self._kept.get(device.lift_id)
        if kept is not None:
            self._changed[device.lift_id] = changed = _Kept(kept.state, kept.newest, kept.unwritten)
            self._write(device, changed)

    def unwritten(self, before: int, limit: int) -> list[int]:
        """Lifts whose state is not written down since before an event, the oldest first."""
        found = [(kept.unwritten, lift) for lift, kept in self._kept.items() if (kept.unwritten or before) < before]
        return [lift for _, lift in sorted(found)[:limit]]

    def written_up_to(self, followed: int) -> int:
        """Every event up to this id is in a state that is written down, when all up to `followed` were looked at."""
        everything = {**self._kept, **self._changed}
        return min((kept.unwritten - 1 for kept in everything.values() if kept.unwritten is not None), default=followed)

    def commit(self) -> None:
        """The transaction is done."""
        for lift, kept in self._changed.items():
            self._kept[lift] = kept
            self._kept.move_to_end(lift)
        self._changed.clear()
        while len(self._kept) > MOST:
            oldest = next((lift for lift, kept in self._kept.items() if kept.unwritten is None), None)
            if oldest is None:
                return
            del self._kept[oldest]

    def rollback(self) -> None:
        """The transaction was undone."""
        self._changed.clear()

    def _step(self, state: State, code: str, fresh: list[Told], now: datetime) -> Result:
        try:
            return step(state, [one.event for one in fresh], now, self._thresholds)
        except Exception:
            # One lift that detection cannot cope with must not keep it from all the others.
            log.exception("detection_failed", lift=code)
            return Result(begin(code), (), None)

    def _get(self, device: Device, code: str) -> _Kept:
        return self._changed.get(device.lift_id) or self._kept.get(device.lift_id) or self._read(device, code)

    def _read(self, device: Device, code: str) -> _Kept:
        state = begin(code)
        if device.track:
            try:
                state = from_json(device.track)
            except StateError as error:
                log.warning("track_not_read", lift=code, error=str(error))
        return _Kept(state, device.track_position, None)

    def _write(self, device: Device, kept: _Kept) -> None:
        device.track, device.track_position = to_json(kept.state), kept.newest
        kept.unwritten = None
