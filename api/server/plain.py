"""What a browser gets that comes without TLS: the root certificate, or the way to the same page over HTTPS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.certificate.endpoints import routes
from api.console.policy import host_of
from api.kit.catalogue import ProblemType
from api.kit.middleware.log import RequestLogMiddleware
from api.kit.problems import Problem, render
from api.kit.text import Text

if TYPE_CHECKING:
    from starlette.requests import Request

    from liftline.settings import Settings

_DETAIL = Text(
    "本服务只接受 HTTPS。若请求带有密码或令牌，它已明文传输，请更换。",
    "This server speaks HTTPS only. A password or token in this request crossed the network in the clear: change it.",
)


def create_plain_app(settings: Settings) -> Starlette:
    """Make the application that answers without TLS. It knows no database, no log-in and no cookie."""

    async def elsewhere(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            # A redirect would let a program go on sending its password in the clear, unnoticed.
            return render(Problem(ProblemType.HTTPS_REQUIRED, _DETAIL), request)
        return RedirectResponse(https_address(request, settings), status_code=308)

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    log = Middleware(RequestLogMiddleware, observe=lambda *_: None)
    return Starlette(routes=[*routes(settings), Route("/{path:path}", elsewhere, methods=methods)], middleware=[log])


def https_address(request: Request, settings: Settings) -> str:
    """Return the same page over HTTPS, at the host and port the browser came by."""
    port = re.search(r":([0-9]{1,5})$", request.headers.get("host", ""))
    authority = host_of(request, settings) + (port[0] if port else "")
    return str(request.url.replace(scheme="https", netloc=authority))
