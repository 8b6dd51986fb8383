"""Everything a phone has told, in order, and the waiting for what it tells next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from phones.errors import ExpectationError
from phones.events import Event

SHOWN_EVENTS: Final = 40

Matches = Callable[[Event], bool]


class Timeline:
    """An append-only list of events, filled by one thread and waited on by others."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._events: list[Event] = []
        self._changed = threading.Condition()
        self._ended = ""
        self._began_at = time.monotonic()

    def append(self, event: Event) -> None:
        """Add what the phone told."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def end(self, why: str) -> None:
        """The phone is gone: nothing more will come, whoever waits is told at once."""
        with self._changed:
            self._ended = why
            self._changed.notify_all()

    @property
    def has_ended(self) -> bool:
        """Whether the phone is gone."""
        with self._changed:
            return bool(self._ended)

    @property
    def events(self) -> list[Event]:
        """A copy of what has been told so far."""
        with self._changed:
            return list(self._events)

    def find(self, matches: Matches) -> Event | None:
        """The first event that matches, if it has happened."""
        return next((event for event in self.events if matches(event)), None)

    def wait(self, matches: Matches, within: float, what: str, skip: int = 0) -> Event:
        """The first matching event after the first `skip` ones, waiting up to `within` seconds for it.

        Raises `ExpectationError` that says what was expected (`what`) and what was seen instead.
        """
        deadline = time.monotonic() + within
        seen = skip
        with self._changed:
            while True:
                for event in self._events[seen:]:
                    if matches(event):
                        return event
                seen = len(self._events)
                left = deadline - time.monotonic()
                if left <= 0 or self._ended:
                    break
                self._changed.wait(left)
        why = self._ended or f"not seen in {within:g} s"
        raise self.failure(f"expected {what}, {why}")

    def failure(self, message: str) -> ExpectationError:
        """An error with this message and the end of the timeline."""
        events = self.events
        shown = [event.describe(self._began_at) for event in events[-SHOWN_EVENTS:]]
        left_out = len(events) - len(shown)
        head = [f"… {left_out} earlier events"] if left_out > 0 else []
        told = "\n  ".join([*head, *shown]) or "nothing"
        return ExpectationError(f"{self._owner}: {message}. It told:\n  {told}")

    def __len__(self) -> int:
        """How many events there are."""
        with self._changed:
            return len(self._events)
