"""`/certificate`: without log-in and without TLS too, for it is what a desk needs before it can trust either.

The root certificate is no secret. That it was not exchanged on its way is what the fingerprint is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.certificate.page import POLICY, page
from api.console.policy import host_of
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem, render
from api.kit.text import accepted_language
from liftline.certificates import files

if TYPE_CHECKING:
    from starlette.requests import Request

    from liftline.settings import Settings

PAGE: Final = "/certificate"
FILE: Final = "/certificate/liftline-root.crt"
_TYPE: Final = "application/x-x509-ca-cert"


def routes(settings: Settings) -> list[Route]:
    """Return the routes of page and file. They are no part of the API."""

    def root_page(request: Request) -> Response:
        from liftline.certificates.looking import CertificateError, look  # noqa: PLC0415 - slow to import, seldom asked

        try:
            found = look(files.root(settings).certificate)
        except CertificateError:
            return _missing(request)
        language = accepted_language(request.headers.get("accept-language"))
        console = f"https://{host_of(request, settings)}:{settings.http_port}/"
        text = page(language, found.fingerprint, FILE, console)
        return HTMLResponse(text, headers={"Content-Security-Policy": POLICY, "Vary": "Accept-Language"})

    def root_file(request: Request) -> Response:
        try:
            content = files.root(settings).certificate.read_bytes()
        except OSError:
            return _missing(request)
        return Response(
            content, media_type=_TYPE, headers={"Content-Disposition": 'attachment; filename="liftline-root.crt"'}
        )

    return [Route(PAGE, root_page), Route(FILE, root_file)]


def _missing(request: Request) -> Response:
    return render(Problem(ProblemType.NOT_FOUND), request)
