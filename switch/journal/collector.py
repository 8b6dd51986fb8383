"""The collector: follows the journal into the database, for as long as this process lives.

It reads a batch, stores it together with its position in one transaction, and tells those who wait. Killed at any
point it goes on from the stored position. When the database is away it waits, trying again with growing pauses,
while Asterisk goes on writing; then it catches up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

import stamina
import structlog
from sqlalchemy.exc import SQLAlchemyError

from switch.journal.clock import ClockWatch
from switch.journal.facts import entry_of
from switch.journal.parse import CorruptLineError, parse_line
from switch.journal.reader import JournalReader
from switch.journal.segments import CURRENT, rotate
from switch.journal.storing import confirm, positions, store_batch, store_clock_step

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from switch.journal.facts import Entry

log = structlog.get_logger(__name__)

T = TypeVar("T")

BATCH_LINES = 400
"""Lines in one transaction: some 0.1 s of work, so that nobody waits long for SQLite's one writer."""
POLL_S = 0.05
CONFIRM_EVERY_S = 5.0
ROTATE_BYTES = 64 << 20
RETRY_FIRST_S = 0.1
RETRY_LONGEST_S = 2.0


@dataclass(slots=True)
class CollectorState:
    """What the collector tells about itself; read by other threads, each field on its own."""

    records: int = 0
    """Lines stored since the start."""
    corrupt: int = 0
    lag_bytes: int = 0
    """Journal not stored yet."""
    lag_s: float = 0.0
    """Age of the newest stored record when it was stored."""
    database_up: bool = False
    last_error: str = ""


class Collector:
    """Collects one switch node's journal. Runs in a thread of its own.

    Args:
        engine: the database.
        folder: the journal's folder.
        node: name of the switch node, for records that carry none and for the position.
        on_stored: called after each commit, in the collector's thread; it must not block or raise.
    """

    def __init__(self, engine: Engine, folder: Path, node: str, on_stored: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._folder = folder
        self._node = node
        self._on_stored = on_stored
        self._current: tuple[int, date] = (0, date.min)  # the current file's inode, and the day it begins on
        self._confirmed = 0.0
        self.state = CollectorState()

    def run(self, stop: threading.Event) -> None:
        """Collect until `stop` is set."""
        known = self._persist(stop, lambda: positions(self._engine, self._node))
        if known is None:
            return
        reader = JournalReader(self._folder, known)
        clock = ClockWatch(_time_before(reader))
        try:
            while not stop.is_set():
                if not self._once(reader, clock, stop):
                    self._rotate_if_due()
                    stop.wait(POLL_S)
        finally:
            reader.close()

    def _once(self, reader: JournalReader, clock: ClockWatch, stop: threading.Event) -> bool:
        """Store one batch; return whether there was one."""
        step = clock.sample(time.time(), time.monotonic())
        if step is not None:
            at = datetime.now(UTC)
            self._persist(stop, lambda: store_clock_step(self._engine, self._node, step, at))
        lines = reader.read(BATCH_LINES)
        if not lines:
            self.state.lag_bytes = reader.lag_bytes()
            self._confirm_if_due(reader.segment, stop)
            return False
        entries = [_watched(entry_of(line), clock) for line in lines]
        if self._persist(stop, lambda: self._store(entries)):
            self._count(entries)
            self.state.lag_bytes = reader.lag_bytes()
            self._on_stored()
        return True

    def _store(self, entries: list[Entry]) -> bool:
        store_batch(self._engine, self._node, entries)
        return True

    def _persist(self, stop: threading.Event, work: Callable[[], T]) -> T | None:
        """Do database work, again and again while the database is away; none when stopped meanwhile."""

        def worth_it(error: Exception) -> bool:
            self.state.database_up = False
            self.state.last_error = f"{type(error).__name__}: {error}"[:300]
            return isinstance(error, SQLAlchemyError | OSError) and not stop.is_set()

        try:
            for attempt in stamina.retry_context(
                on=worth_it,
                attempts=None,
                timeout=None,
                wait_initial=RETRY_FIRST_S,
                wait_max=RETRY_LONGEST_S,
            ):
                with attempt:
                    result = work()
                    self.state.database_up = True
                    return result
        except (SQLAlchemyError, OSError):
            log.warning("collector_stopped_without_database", error=self.state.last_error)
        return None

    def _count(self, entries: list[Entry]) -> None:
        self.state.records += len(entries)
        self.state.corrupt += sum(entry.corrupt is not None for entry in entries)
        newest = next((entry.record.at for entry in reversed(entries) if entry.record), None)
        if newest is not None:
            self.state.lag_s = max(0.0, (datetime.now(UTC) - newest).total_seconds())

    def _confirm_if_due(self, segment: str | None, stop: threading.Event) -> None:
        """Every few seconds of quiet, tell through the database that we live."""
        if segment is None or time.monotonic() - self._confirmed < CONFIRM_EVERY_S:
            return
        self._persist(stop, lambda: confirm(self._engine, self._node, segment))
        self._confirmed = time.monotonic()

    def _rotate_if_due(self) -> None:
        """Rotate when the file is large, or begins on an earlier day (UTC) than today."""
        try:
            found = (self._folder / CURRENT).stat()
        except FileNotFoundError:
            return
        now = datetime.now(UTC)
        if found.st_ino != self._current[0] and found.st_size:
            self._current = (found.st_ino, _first_day(self._folder / CURRENT) or now.date())
        began = self._current[1] if found.st_ino == self._current[0] else now.date()
        if found.st_size >= ROTATE_BYTES or (found.st_size and began < now.date()):
            target = rotate(self._folder, now)
            log.info("journal_rotated", file=target.name if target else None)


def _watched(entry: Entry, clock: ClockWatch) -> Entry:
    step = clock.record(entry.record.at) if entry.record else None
    return entry if step is None else replace(entry, step_s=step)


def _first_day(path: Path) -> date | None:
    """Return the day (UTC) of a file's first record."""
    try:
        with path.open("rb") as file:
            return parse_line(file.readline()).at.date()
    except (OSError, CorruptLineError):
        return None


def _time_before(reader: JournalReader) -> datetime | None:
    """Return the time of the record before the first one to be read."""
    raw = reader.line_before()
    try:
        return parse_line(raw).at if raw else None
    except CorruptLineError:
        return None
