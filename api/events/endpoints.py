"""`/events`: server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.auth.callers import Credential, find, requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.events.response import EventStream
from api.events.stream import stream
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import AppContext, Context
from api.kit.problems import Problem

router = APIRouter(tags=["events"])

Reader = Annotated[Principal, Depends(requires(Permission.EVENTS_READ))]
LastEventId = Annotated[str | None, Header(max_length=20, description="Id of the last event the client has seen")]
After = Annotated[int | None, Query(ge=0, le=2**63 - 1, description="The same, for clients that cannot set headers")]

_EXAMPLE = """event: hello
retry: 2000
data: {"newest": 41}

id: 42
event: incident.raised
data: {"id": 42, "type": "incident.raised", "at": "2026-11-22T02:14:07.318204Z", "incident_id": 7, "lift_id": 3, "payload": {"number": "20261122-0001", "state": "raised"}}

"""  # noqa: E501 - a line of the wire format
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An endless stream; the contract is docs/events.md",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    },
    **problems(T.TOO_MANY_REQUESTS),
}


@router.get("/events", operation_id="streamEvents", response_class=EventSourceResponse, responses=_ANSWERS)
async def stream_events(
    context: Context,
    caller: Reader,
    credential: Annotated[Credential, Depends()],
    last_event_id: LastEventId = None,
    after: After = None,
) -> EventSourceResponse:
    """Follow what happens to the caller's lifts, from the last event seen, or from now."""
    if context.hub.clients >= context.limits.event_clients:
        raise Problem(T.TOO_MANY_REQUESTS, headers={"Retry-After": "5"})
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    return EventStream(_counted(context, seen, credential.token or "", caller), context.limits)


async def _counted(
    context: AppContext, seen: int | None, token: str, caller: Principal
) -> AsyncIterator[ServerSentEvent]:
    context.hub.clients += 1
    try:
        check = partial(_caller_now, context, token)
        async for event in stream(context.hub, seen, check, caller):
            yield event
    finally:
        context.hub.clients -= 1


def _caller_now(context: AppContext, token: str) -> Principal | None:
    found = find(context.engine, token, context.now())
    return found if found is not None and found.may(Permission.EVENTS_READ) else None
