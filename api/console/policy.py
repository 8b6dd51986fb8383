"""What the console's page may do: its own scripts and styles, its own API, and the switch's WebSocket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request

    from liftline.settings import Settings

_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


def headers(request: Request, settings: Settings, nonce: str) -> dict[str, str]:
    """Return the headers of the page that starts the console."""
    return {
        "Content-Security-Policy": "; ".join(_policy(ws_origin(request, settings), nonce)),
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
        # The nonce is of this answer alone.
        "Cache-Control": "no-store",
    }


def _policy(ws: str, nonce: str) -> list[str]:
    return [
        "default-src 'none'",
        "script-src 'self'",
        # The waveform's style sheet lies in a shadow tree and carries the nonce.
        f"style-src 'self' 'nonce-{nonce}'",
        # Plots write tooltips and labels with style attributes; those run nothing.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        f"connect-src 'self' {ws}",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]


def ws_origin(request: Request, settings: Settings) -> str:
    """Return where the page finds the switch's WebSocket: over TLS where the page itself came over TLS."""
    scheme = "wss" if request.url.scheme == "https" else "ws"
    return f"{scheme}://{host_of(request, settings)}:{settings.ws_port}"


def host_of(request: Request, settings: Settings) -> str:
    """Return the name by which the browser reaches this machine: the one it came by, where that is a host name.

    It is the client's word, so it is checked before it goes into a header or an address.
    """
    name = re.sub(r":[0-9]{1,5}$", "", request.headers.get("host", ""))
    return name if _HOST.fullmatch(name) else settings.http_bind
