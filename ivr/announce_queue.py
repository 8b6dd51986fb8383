"""Renders announcements in the background, one at a time, at the lowest priority.

Nothing is kept but the files: after a restart the caller submits its lifts again and those that are
rendered are answered at once, so an import of thousands of lifts goes on where it was.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import structlog

from ivr import speech
from ivr.announce import ready, target
from ivr.announce_process import Renderer, RenderError
from ivr.wording import Place, announcement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = structlog.get_logger(__name__)

_IDLE = 60.0  # seconds without an order after which the speaking process, 0.5 GB, is given up

LIMIT = 20_000
"""Lifts that may wait. Beyond it a lift is not taken; it stays spelled until it is submitted again."""


class AnnounceQueue:
    """Background rendering of announcements; safe to use from any thread.

    Args:
        folder: where the files go, `<LIFTLINE_HOME>/announce`.
        on_ready: called from the queue's thread with device code and path without extension.
        limit: how many lifts may wait.
        seconds: how long one announcement may take; its real length is 2–4 s of one core.
    """

    def __init__(
        self, folder: Path, on_ready: Callable[[str, Path], None], *, limit: int = LIMIT, seconds: float = 120.0
    ) -> None:
        self._folder, self._on_ready, self._limit = folder, on_ready, limit
        self._renderer = Renderer(seconds)
        self._waiting: OrderedDict[str, Place] = OrderedDict()
        self._failed: dict[str, Path] = {}
        self._changed = threading.Condition()
        self._open = speech.available()
        self._thread = threading.Thread(target=self._run, name="announcements", daemon=True)
        if self._open:
            self._thread.start()

    @property
    def pending(self) -> int:
        """How many lifts wait."""
        with self._changed:
            return len(self._waiting)

    def submit(self, device_code: str, place: Place) -> Path | None:
        """The lift's announcement if it is rendered (absolute, without extension); else None, and it is queued.

        A lift that waits already keeps its turn and gets the newer text. Not queued: a text that failed
        before, anything while the queue is full or the extra `speech` is missing.

        Raises:
            ValueError: the device code cannot be part of a file name.
        """
        if path := ready(self._folder, device_code, place):
            return path
        file = target(self._folder, device_code, place)
        with self._changed:
            room = device_code in self._waiting or len(self._waiting) < self._limit
            if self._open and room and self._failed.get(device_code) != file:
                self._waiting[device_code] = place
                self._changed.notify()
        return None

    def close(self) -> None:
        """Stop rendering; what waits is forgotten. Returns within seconds."""
        with self._changed:
            self._open = False
            self._waiting.clear()
            self._changed.notify()
        self._renderer.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while order := self._next():
            device_code, place = order
            file = target(self._folder, device_code, place)
            try:
                self._renderer.render(file, announcement(place))
                self._on_ready(device_code, file.with_suffix(""))
            except RenderError as problem:
                self._failed[device_code] = file
                _log.warning("announcement_failed", lift=device_code, error=str(problem))
            except Exception:  # noqa: BLE001 - the caller's callback: one lift must not end the queue
                _log.exception("announcement_callback_failed", lift=device_code)

    def _next(self) -> tuple[str, Place] | None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting or not self._open, timeout=_IDLE):
                self._renderer.rest()
                self._changed.wait_for(lambda: self._waiting or not self._open)
            return self._waiting.popitem(last=False) if self._open else None
