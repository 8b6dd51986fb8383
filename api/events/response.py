"""The event stream's answer: heartbeats, and an end for clients that do not read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from api.kit.limits import ApiLimits

_log = structlog.get_logger("liftline.api")

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _heartbeat() -> ServerSentEvent:
    return ServerSentEvent(comment="heartbeat")


class EventStream(EventSourceResponse):
    """Server-sent events with our bounds. A cut-off client resumes from its last id and misses nothing."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], limits: ApiLimits) -> None:
        super().__init__(
            events,
            headers=_HEADERS,
            ping=limits.heartbeat_seconds,
            ping_message_factory=_heartbeat,
            send_timeout=limits.event_send_seconds,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client leaves, is too slow, or the stream ends."""
        try:
            await super().__call__(scope, receive, send)
        except* SendTimeoutError:
            _log.warning("event_client_too_slow", caller=scope.get("state", {}).get("caller"))
