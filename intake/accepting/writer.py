"""One thread that stores batches: what waits while a transaction runs goes into the next one together.

A commit that is safe against a power cut waits for the disk. Many gateways send at once; sharing the wait is what makes
ten thousand events a second possible.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from intake.accepting.rows import Row, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

log = structlog.get_logger(__name__)

MAX_WAITING: Final = 256
"""Batches that may wait. With more, senders are told to come back later."""
MAX_TOGETHER: Final = 10_000
"""Rows of one transaction, so that others who write wait for a fraction of a second at most."""
_STOP_S: Final = 30.0


class BusyError(Exception):
    """Too much waits to be stored already. Send it again in a moment."""


class _Job(NamedTuple):
    rows: Sequence[Row]
    done: Future[list[bool]]


class Writer:
    """Stores batches of events.

    Args:
        engine: of the store.
        announce: called after each commit with the rows that are new and the newest id. It must not wait.
    """

    def __init__(self, engine: Engine, announce: Callable[[Sequence[Row], int], None]) -> None:
        self._engine = engine
        self._announce = announce
        self._jobs: queue.Queue[_Job | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to store."""
        self._thread = threading.Thread(target=self._run, name="event-writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, and end."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(_STOP_S)
            self._thread = None

    @property
    def waiting(self) -> int:
        """Batches that wait."""
        return self._jobs.qsize()

    def submit(self, rows: Sequence[Row]) -> Future[list[bool]]:
        """Ask for rows to be stored; the answer says for each whether it is new, and comes when they are safe.

        Raises:
            BusyError: too many wait.
        """
        job = _Job(rows, Future())
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise BusyError(f"{MAX_WAITING} batches wait already") from None
        return job.done

    def _run(self) -> None:
        while (jobs := self._next()) is not None:
            try:
                self._store(jobs)
            except IntegrityError:
                # A lift was deleted between check and storing. Its batch alone shall pay for it.
                for job in jobs:
                    self._store_alone(job)
            except (SQLAlchemyError, OSError) as error:
                log.warning("events_not_stored", batches=len(jobs), error=f"{type(error).__name__}: {error}"[:200])
                _fail(jobs, error)
            except Exception as error:
                log.exception("event_writer_failed")
                _fail(jobs, error)

    def _next(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        jobs, rows = [first], len(first.rows)
        while rows < MAX_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)  # end after these
                break
            jobs.append(job)
            rows += len(job.rows)
        return jobs

    def _store(self, jobs: Sequence[_Job]) -> None:
        rows = [row for job in jobs for row in job.rows]
        with self._engine.begin() as connection:
            new, newest = insert(connection, rows)
        if newest:
            self._announce([row for row, fresh in zip(rows, new, strict=True) if fresh], newest)
        start = 0
        for job in jobs:
            end = start + len(job.rows)
            if job.done.set_running_or_notify_cancel():
                job.done.set_result(new[start:end])
            start = end

    def _store_alone(self, job: _Job) -> None:
        try:
            self._store([job])
        except Exception as error:  # noqa: BLE001 - it is handed to who asked
            _fail([job], error)


def _fail(jobs: Sequence[_Job], error: BaseException) -> None:
    for job in jobs:
        if not job.done.done() and job.done.set_running_or_notify_cancel():
            job.done.set_exception(error)
