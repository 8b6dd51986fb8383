"""Puts the console behind the API: whatever no route of the API takes may be a file or page of the console."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.console import files, missing, policy
from api.kit.context import context_of
from api.kit.text import accepted_language

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

NOT_PAGES = ("/api/", "/health", "/ready", "/metrics")
"""What answers with problems, never with a page."""


def install(app: FastAPI) -> None:
    """Serve the console at `/`, after all routes of the API.

    Not as a route: the API's answers stay what they are (404, 405), and OpenAPI does not show it.
    """
    otherwise = app.router.default

    async def console(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(NOT_PAGES):
            await otherwise(scope, receive, send)
            return
        request = Request(scope)
        answer = await _answer(request)
        await (otherwise if answer is None else answer)(scope, receive, send)

    app.router.default = console


async def _answer(request: Request) -> Response | None:
    folder = files.folder_of(context_of(request).settings)
    if folder is None:
        language = accepted_language(request.headers.get("accept-language"))
        return HTMLResponse(
            missing.page(language), status_code=503, headers={"Content-Security-Policy": missing.POLICY}
        )
    path = request.url.path.lstrip("/")
    if path and path != files.INDEX:
        found = await files.respond(folder, path, request)
        if found is not None or files.is_file_name(path):
            return found
    return _start_page(folder, request)


def _start_page(folder: files.Folder, request: Request) -> Response:
    nonce = secrets.token_urlsafe(16)
    headers = policy.headers(request, context_of(request).settings, nonce)
    return HTMLResponse(files.start_page(folder, nonce), headers=headers)
