"""Request ids, security headers, access log, and the net under everything unexpected."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Mapping
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem, render

_log = structlog.get_logger("liftline.api.access")

SERVER_ERROR = 500
"""From this status on it is our fault: a warning, not routine."""
_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise itself."""

HSTS = {"Strict-Transport-Security": "max-age=15552000"}
"""For half a year, no other way to this host name than HTTPS with a certificate that browsers trust."""

Observe = Callable[[str, str, int, float], None]
"""Told method, route template, status and seconds of each request."""


class RequestLogMiddleware:
    """Gives each request an id, logs it without query, headers or body, and answers for what broke."""

    def __init__(self, app: ASGIApp, observe: Observe, more: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._observe = observe
        self._headers = SECURITY_HEADERS | dict(more or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application and log what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        status, began = 0, time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            except Exception:  # noqa: BLE001 - the net: nothing may leave as a traceback
                # As text, without the values of local variables: those hold passwords and personal data.
                trace = traceback.format_exc(limit=-20)
                _log.error("unexpected_error", method=scope["method"], path=scope["path"], trace=trace)
                if status == 0:
                    await render(Problem(ProblemType.INTERNAL_ERROR), HTTPConnection(scope))(scope, receive, answer)
            finally:
                self._finish(scope, status, time.perf_counter() - began)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        self._observe(scope["method"], _template(scope), status, seconds)
        say = _log.info if 0 < status < SERVER_ERROR else _log.warning
        say(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
            address=(scope.get("client") or ("",))[0],
            caller=scope["state"].get("caller"),
        )


def _request_id(given: str | None) -> str:
    return given if given and _ID.fullmatch(given) else uuid4().hex


def _template(scope: Scope) -> str:
    # The router's own template, without the prefix of the API. Not the path: paths hold keys of lifts and would
    # make a time series each.
    route = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", "unknown"))
