"""Each way in says that it listens. Silence of ours must not look like silence of devices.

A row holds since when events could come in without a break, and the last beat. Who judges devices (`watch`) reads it.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from store.models import FollowPosition
from store.session import session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

log = structlog.get_logger(__name__)

EVERY_S: Final = 5.0
BREAK: Final = timedelta(seconds=15)
"""A longer pause between two beats is a break."""
_STOP_S: Final = 10.0


class Beat:
    """A thread that writes the row every few seconds.

    Args:
        engine: of the store.
        way: `http`, `mqtt`.
        open_now: says whether events can come in.
    """

    def __init__(self, engine: Engine, way: str, open_now: Callable[[], bool] = lambda: True) -> None:
        self._engine = engine
        self._name = f"intake.{way}"
        self._open_now = open_now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"beat-{way}", daemon=True)
        self._broken = True

    def start(self) -> None:
        """Begin; what was before is a break."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._open_now():
                    beat(self._engine, self._name, datetime.now(UTC), broken=self._broken)
                    self._broken = False
                else:
                    self._broken = True
            except SQLAlchemyError as error:
                self._broken = True
                log.warning("beat_not_stored", way=self._name, error=type(error).__name__)
            self._stop.wait(EVERY_S)


def beat(engine: Engine, name: str, now: datetime, *, broken: bool = False) -> None:
    """Say that a way in listens; `broken`: it did not, a moment ago."""
    with session_scope(engine) as session:
        row = session.get(FollowPosition, name)
        ms = round(now.timestamp() * 1000)
        if row is None:
            session.add(FollowPosition(name=name, position=ms, updated_at=now))
            return
        if broken or now - row.updated_at > BREAK:
            row.position = ms
        row.updated_at = now
