"""A bound on the time until an answer begins.

A handler runs in a thread, and a thread cannot be stopped. So the caller is answered for in time, and
the handler ends by itself (the database has time-outs of its own); what it still says goes nowhere.
Streams and downloads are bound until their first byte only.
"""

from __future__ import annotations

import asyncio

import structlog
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.catalogue import ProblemType
from api.kit.limits import IMPORT_PATH, ApiLimits
from api.kit.problems import Problem, render
from api.kit.text import Text

_log = structlog.get_logger("liftline.api")

_DETAIL = Text(
    "未能在规定时间内完成，结果未知；请先查询再重试。",
    "It did not finish in time and may still have happened: look before you send it again.",
)


class DeadlineMiddleware:
    """Answers 503 for a handler that has not begun to answer in time."""

    def __init__(self, app: ASGIApp, limits: ApiLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, and answer for it when it is overdue."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        importing = scope["path"] == IMPORT_PATH
        seconds = self._limits.import_handler_seconds if importing else self._limits.handler_seconds
        watched = _Watched(receive, send, seconds)
        work = asyncio.ensure_future(self._app(scope, watched.receive, watched.send))
        try:
            await watched.wait(work)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if work.done():
            work.result()
            return
        watched.abandon(work, scope["path"])
        await render(Problem(ProblemType.TIMED_OUT, _DETAIL), HTTPConnection(scope))(scope, receive, send)


class _Watched:
    """One request: when it last received, whether its answer has begun, whether it was given up."""

    def __init__(self, receive: Receive, send: Send, seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._receiving = False
        self._started = False
        self._abandoned = False

    async def wait(self, work: asyncio.Future[None]) -> None:
        """Return when the work is done, or when it is overdue and has not begun to answer."""
        while not work.done():
            left = self._since + self._seconds - self._loop.time()
            if self._started:
                await asyncio.wait({work})
            elif left > 0:
                await asyncio.wait({work}, timeout=left)
            elif self._receiving:
                self._since = self._loop.time()  # the body has a time limit of its own
            else:
                return

    def abandon(self, work: asyncio.Future[None], path: str) -> None:
        """Silence the work that goes on; its end is logged."""
        self._abandoned = True
        _log.error("handler_timed_out", path=path, seconds=self._seconds)
        work.add_done_callback(_log_end)

    async def receive(self) -> Message:
        if self._abandoned:
            return {"type": "http.disconnect"}
        self._receiving = True
        try:
            return await self._receive()
        finally:
            self._receiving = False
            self._since = self._loop.time()

    async def send(self, message: Message) -> None:
        if self._abandoned:
            return
        self._started = True
        await self._send(message)


def _log_end(work: asyncio.Future[None]) -> None:
    if not work.cancelled() and (error := work.exception()) is not None:
        _log.error("abandoned_handler_failed", error=type(error).__name__)
