"""Makes the receiver fail as told: with a status, by silence, slowly, by cutting the line before or after storing."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_S = 120.0


class FaultKind(StrEnum):
    """What goes wrong."""

    STATUS = "status"  # answers with `status`, stores nothing
    TIMEOUT = "timeout"  # does not answer for `seconds`, stores nothing
    SLOW = "slow"  # answers after `seconds`
    RESET = "reset"  # cuts the line, stores nothing
    LOST = "lost"  # stores, and cuts the line instead of answering


class Fault(BaseModel):
    """One fault, for the next `count` messages (for ever without), or for those whose body holds `containing`."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    status: Annotated[int, Field(ge=300, le=599)] = 503
    seconds: Annotated[float, Field(ge=0, le=LONGEST_S)] = 1.0
    count: Annotated[int | None, Field(ge=1)] = None
    containing: str = ""


class Faults:
    """ASGI middleware around the receiver.

    Args:
        app: the receiver.
        path: where messages are posted to; nothing else fails.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path
        self.fault: Fault | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a message through, or let it fail."""
        if scope["type"] != "http" or scope["path"] != self._path or self.fault is None:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if self.fault.containing.encode() not in body:
            await self._app(scope, _again(body), send)
            return
        await self._fail(self._taken(self.fault), body, scope, receive, send)

    def _taken(self, fault: Fault) -> Fault:
        if fault.count is not None:
            left = fault.count - 1
            self.fault = fault.model_copy(update={"count": left}) if left else None
        return fault

    async def _fail(self, fault: Fault, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case FaultKind.STATUS:
                await send({"type": "http.response.start", "status": fault.status, "headers": []})
                await send({"type": "http.response.body", "body": b"told to fail"})
            case FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
                await self._app(scope, _again(body), send)
            case FaultKind.TIMEOUT:
                await asyncio.sleep(fault.seconds)
                _cut(receive)
            case FaultKind.RESET:
                _cut(receive)
            case FaultKind.LOST:
                await self._app(scope, _again(body), _nowhere)
                _cut(receive)


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nowhere(_message: Message) -> None:
    pass


def _cut(receive: Any) -> None:  # noqa: ANN401 - uvicorn's own object
    """Cut the line: `receive` belongs to uvicorn's request, which knows its transport."""
    receive.__self__.transport.abort()
