"""`liftline run api`: the application on its port, with or without TLS."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import uvicorn

from api.app import create_app
from api.server.plain import create_plain_app

if TYPE_CHECKING:
    from liftline.settings import Settings

GRACE_S = 5
"""Event streams stay open for ever: nobody waits longer for them at the end."""


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CertificateError` when there is none to serve with."""
    common: dict[str, Any] = {
        "host": settings.http_bind,
        "port": settings.http_port,
        "log_level": settings.log_level.lower(),
        "access_log": False,  # the API logs its requests itself
        "timeout_graceful_shutdown": GRACE_S,
    }
    if not settings.https:
        uvicorn.run(create_app, factory=True, **common)
        return
    from api.server.secure import SecureServer  # noqa: PLC0415 - needs cryptography, and a loopback instance does not

    logging.getLogger("asyncio").setLevel(logging.ERROR)  # a handshake that a stranger breaks off is no news
    plain = uvicorn.Config(create_plain_app(settings), lifespan="off", **common)
    SecureServer(uvicorn.Config(create_app, factory=True, **common), plain, settings).run()
