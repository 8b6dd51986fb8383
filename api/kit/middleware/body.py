"""Bounds on a request's body: its size, and the time it may take to arrive."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.catalogue import ProblemType
from api.kit.limits import IMPORT_PATH, MEDIA_PATH, ApiLimits
from api.kit.problems import Problem, render
from api.kit.text import Text


class BodyMiddleware:
    """Refuses a body that is too large (413) or that does not arrive (408); reads nothing ahead."""

    def __init__(self, app: ASGIApp, limits: ApiLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bound what the application reads."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size, seconds = self._bounds(scope["path"])
        if _declared(scope) > size:
            await render(_too_large(size), HTTPConnection(scope))(scope, receive, send)
            return
        bounded = _BoundedBody(receive, size, seconds)
        await self._app(scope, bounded, send)

    def _bounds(self, path: str) -> tuple[int, float]:
        if path == IMPORT_PATH:
            return self._limits.import_body, self._limits.import_body_seconds
        if MEDIA_PATH.fullmatch(path):
            return self._limits.media_body, self._limits.media_body_seconds
        return self._limits.body, self._limits.body_seconds


class _BoundedBody:
    """The `receive` of one request. A problem raised here leaves through the reader of the body."""

    def __init__(self, receive: Receive, size: int, seconds: float) -> None:
        self._receive = receive
        self._size = size
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._read = 0
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()  # waits for the client to leave, for as long as it stays
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise Problem(ProblemType.REQUEST_TIMEOUT, headers={"Connection": "close"}) from None
        self._read += len(message.get("body", b""))
        if self._read > self._size:
            raise _too_large(self._size)
        self._complete = not message.get("more_body", False)
        return message


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _too_large(size: int) -> Problem:
    detail = Text(f"请求内容最多 {size} 字节。", f"A body may have {size} bytes at most.")
    return Problem(ProblemType.BODY_TOO_LARGE, detail, headers={"Connection": "close"})
