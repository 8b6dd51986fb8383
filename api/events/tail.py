"""The newest events in memory, shared by all clients.

A client holds nothing but the id of the last event it was sent, and asks for what lies beyond. So no
queue grows for a slow client, and one that falls behind the tail reads the table instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice

from api.events.records import Event


class Tail:
    """Events with ids in `(floor, newest]`, without a gap that the table does not have."""

    def __init__(self, newest: int, size: int) -> None:
        self.floor = newest
        self.newest = newest
        self._events: deque[Event] = deque(maxlen=size)

    def extend(self, events: Sequence[Event]) -> None:
        """Append events read beyond `newest`, ascending; the oldest fall out when the tail is full."""
        for event in events:
            if len(self._events) == self._events.maxlen:
                self.floor = self._events[0].id
            self._events.append(event)
            self.newest = event.id

    def covers(self, after: int) -> bool:
        """Return whether everything beyond the id is in memory."""
        return after >= self.floor

    def beyond(self, after: int, limit: int) -> Sequence[Event]:
        """Return the events beyond an id that the tail covers."""
        newer = 0
        for event in reversed(self._events):
            if event.id <= after:
                break
            newer += 1
        start = len(self._events) - newer
        return list(islice(self._events, start, start + limit))
