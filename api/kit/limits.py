"""Bounds of the API. Every one has a number here and an answer when it is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """Sizes in bytes, times in seconds. Tests make them small."""

    body: int = 10 * MEGABYTE
    """Largest request body; more is a 413."""
    import_body: int = 36 * MEGABYTE
    """Largest body of an estate import."""
    body_seconds: float = 60.0
    """A body that has not arrived after this time is a 408."""
    media_body: int = 200 * MEGABYTE
    """Largest picture, video or sound from a cabin."""
    media_body_seconds: float = 600.0
    import_body_seconds: float = 300.0
    handler_seconds: float = 30.0
    """A handler that has not answered after this time is answered for with a 503."""
    import_handler_seconds: float = 600.0
    heartbeat_seconds: float = 15.0
    """Comment lines on an idle event stream, so that proxies and clients see that it lives."""
    event_poll_seconds: float = 0.5
    """How often the event table is read when Redis does not wake us."""
    event_idle_poll_seconds: float = 2.0
    """How often it is read all the same while Redis lives: the one who wakes us may be dead."""
    event_send_seconds: float = 20.0
    """A client that takes longer than this for one write is cut off; it resumes where it was."""
    event_tail: int = 2000
    """Events kept in memory for all clients together; who is further behind reads the table."""
    event_clients: int = 500
    """Open event streams; the next one is a 503."""
    session_hours: float = 12.0
    """A log-in lasts one shift."""


IMPORT_PATH = "/api/v1/estate/imports"
MEDIA_PATH = re.compile(r"/api/v1/lifts/[^/]+/media")
EVENTS_PATH = "/api/v1/events"
