"""What one client is sent: events beyond its last id, in order, until it leaves or its log-in ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC

from sse_starlette import ServerSentEvent

from api.auth.principal import Principal
from api.events.hub import EventHub
from api.events.records import Event

RETRY_MS = 2000
"""How long a browser waits before it connects again."""

CHECK_SECONDS = 15.0
"""How often the log-in of an open stream is looked at again."""

Check = Callable[[], Principal | None]


async def stream(hub: EventHub, after: int | None, check: Check, caller: Principal) -> AsyncIterator[ServerSentEvent]:
    """Yield `hello`, then `reset` when the place to resume from is gone, then every visible event.

    Nothing is queued for the client: it is read for only when it has taken what came before.
    """
    bounds = await hub.bounds()
    cursor = bounds.newest if after is None else after
    yield _control("hello", {"newest": bounds.newest}, retry=RETRY_MS)
    if cursor > bounds.newest or (bounds.oldest and cursor + 1 < bounds.oldest):
        # Trimmed away, or from before the database was restored: the client must load its lists anew.
        cursor = bounds.newest
        yield _control("reset", {"newest": cursor}, event_id=cursor)
    checked = time.monotonic()
    while hub.running:
        for event in await hub.beyond(cursor):
            cursor = event.id
            if event.visible_to(caller):
                yield _sent(event)
        if time.monotonic() - checked > CHECK_SECONDS:
            now_caller, checked = await asyncio.to_thread(check), time.monotonic()
            if now_caller is None:
                yield _control("bye", {"reason": "logged_out"})
                return
            caller = now_caller
        await hub.wait(cursor, CHECK_SECONDS)


def _sent(event: Event) -> ServerSentEvent:
    document = {
        "id": event.id,
        "type": event.type,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "incident_id": event.incident_id,
        "lift_id": event.lift_id,
        "payload": event.payload,
    }
    return ServerSentEvent(json.dumps(document, ensure_ascii=False), event=event.type, id=str(event.id))


def _control(
    name: str, document: dict[str, object], *, event_id: int | None = None, retry: int | None = None
) -> ServerSentEvent:
    text = json.dumps(document)
    return ServerSentEvent(text, event=name, id=None if event_id is None else str(event_id), retry=retry)
