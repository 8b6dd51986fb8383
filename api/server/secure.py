"""The server with TLS: the first byte of a connection tells whether it is a handshake or a plain request."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING, Final

import structlog
import uvicorn

from liftline.certificates.looking import CertificateError, check
from liftline.certificates.serving import served

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from liftline.settings import Settings

_log = structlog.get_logger("liftline.api")

FIRST_BYTE_S: Final = 10.0
HANDSHAKE_S: Final = 10.0
MOST_GREETED: Final = 500
"""Connections that have not shown yet what they want; one more is closed."""

LOOK_S: Final = 10.0
"""How often it is looked whether a renewed certificate has been put in place."""

_HANDSHAKE: Final = b"\x16"
_BACKLOG: Final = 2048
_PAUSE_S: Final = 0.2


class SecureServer(uvicorn.Server):
    """uvicorn behind a look at the first byte: TLS goes to the application, everything else to `plain`."""

    def __init__(self, config: uvicorn.Config, plain: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._plain = plain
        self._settings = settings
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.set_alpn_protocols(["http/1.1"])
        self._loaded: tuple[object, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: socket.socket | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Load the certificate and begin to listen. Raises `CertificateError`, `OSError` when the port is taken."""
        self._refresh()
        host, port = self.config.host, self.config.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self._listener.setblocking(False)  # noqa: FBT003 - its only argument
        await super().startup(sockets or [])
        self._plain.load()
        self._begin(self._accept(self._listener))
        self._begin(self._watch())
        _log.info("serving_https", host=host, port=port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, then let uvicorn bring what is open to its end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener is not None:
            self._listener.close()
        await super().shutdown(sockets)

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _address = await loop.sock_accept(listener)
            except OSError as error:  # no descriptor left, or the caller has gone
                _log.warning("accept_failed", error=error.strerror)
                await asyncio.sleep(_PAUSE_S)
                continue
            if len(self._tasks) > MOST_GREETED:
                connection.close()
            else:
                self._begin(self._greet(connection))

    async def _greet(self, connection: socket.socket) -> None:
        connection.setblocking(False)  # noqa: FBT003 - its only argument
        try:
            async with asyncio.timeout(FIRST_BYTE_S):
                first = await _first_byte(connection)
            if first:
                await self._hand_over(connection, secure=first == _HANDSHAKE)
            else:
                connection.close()
        except (OSError, TimeoutError):  # a broken handshake too: `ssl.SSLError` is an `OSError`
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _hand_over(self, connection: socket.socket, *, secure: bool) -> None:
        config = self.config if secure else self._plain

        def protocol() -> asyncio.Protocol:
            state = self.lifespan.state if secure else {}
            return config.http_protocol_class(config=config, server_state=self.server_state, app_state=state)  # type: ignore[call-arg]

        loop = asyncio.get_running_loop()
        if secure:
            await loop.connect_accepted_socket(
                protocol, connection, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_S
            )
        else:
            await loop.connect_accepted_socket(protocol, connection)

    async def _watch(self) -> None:
        """Take a renewed certificate up without a restart; open connections stay."""
        while True:
            await asyncio.sleep(LOOK_S)
            with contextlib.suppress(CertificateError, OSError):
                await asyncio.to_thread(self._refresh)

    def _refresh(self) -> None:
        now = served(self._settings)
        state = (now.web, now.web.state())
        if state == self._loaded or (now.problem and self._loaded):
            return  # the same, or one replaced badly: what is loaded is better
        found = check(now.web)
        self._context.load_cert_chain(now.web.certificate, now.web.key)
        self._loaded = state
        _log.info("certificate_loaded", file=str(now.web.certificate), ends=found.ends.isoformat())


async def _first_byte(connection: socket.socket) -> bytes:
    """Wait for the first byte and leave it where it is."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(connection, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)
