"""Finishes recordings as their calls end, one after the other, in a thread of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from recordings.finish import clear_leftovers, finish
from recordings.integrity import check_all
from recordings.pending import pending
from store.models import RecordingState

if TYPE_CHECKING:
    import threading

    from sqlalchemy import Engine

    from recordings.store import RecordingStore

log = structlog.get_logger(__name__)

POLL_S = 0.5
RETRY_S = 5.0
INTEGRITY_HOUR_UTC = 18
"""The daily re-hash of all recordings begins at this hour: 02:00 in Asia/Shanghai."""


class Finisher:
    """Runs `recordings.finish` for whatever is due, and the daily integrity check.

    Args:
        engine: the database.
        store: the recordings folder.
    """

    def __init__(self, engine: Engine, store: RecordingStore) -> None:
        self._engine = engine
        self._store = store
        self._checked = datetime.now(UTC).date()
        self.finished = 0
        self.faulty = 0
        """Recordings that are short, silent, missing or altered."""
        self.error = ""

    def run(self, stop: threading.Event) -> None:
        """Finish until `stop` is set."""
        cleared = False
        while not stop.is_set():
            try:
                if not cleared:
                    clear_leftovers(self._engine, self._store)
                    cleared = True
                self._round(stop)
                self._check_if_due()
                self.error = ""
            except (SQLAlchemyError, OSError) as error:
                text = f"{type(error).__name__}: {error}"[:300]
                if text != self.error:
                    log.warning("recordings_wait", error=text)
                self.error = text
                stop.wait(RETRY_S)
            stop.wait(POLL_S)

    def _round(self, stop: threading.Event) -> None:
        for item in pending(self._engine):
            if stop.is_set():
                return
            state = finish(self._engine, self._store, item, datetime.now(UTC))
            if state is not None:
                self.finished += 1
                self.faulty += state is not RecordingState.OK

    def _check_if_due(self) -> None:
        now = datetime.now(UTC)
        if now.date() == self._checked or now.hour < INTEGRITY_HOUR_UTC:
            return
        began = time.monotonic()
        findings = check_all(self._engine, self._store, now)
        self._checked = now.date()
        self.faulty += len(findings)
        log.info("recordings_checked", faulty=len(findings), seconds=round(time.monotonic() - began))
