"""One connection to AMI, from log-in to loss.

panoramisk reconnects by itself and then sends unanswered actions again, calls included: a cabin could be
called twice. So a session lives for one connection only; the link opens the next one, and what was not
answered has failed. Whoever made a call finds out with `CoreShowChannels` whether it exists.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from panoramisk import Manager

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_TIMEOUT_S = 5.0
"""Longest wait for the connection and the log-in together."""


class Session(Manager):  # type: ignore[misc] # panoramisk has no types
    """A panoramisk manager that ends when its connection ends.

    Args:
        on_event: called with each event, in order; it must not block.
        config: panoramisk's settings (host, port, username, secret).
    """

    def __init__(self, on_event: Callable[[Any], None], **config: object) -> None:
        super().__init__(**config)
        self.pinger: asyncio.TimerHandle | None = None
        self.lost: asyncio.Event = asyncio.Event()
        self.register_event("*", lambda _manager, event: on_event(event))

    async def open(self) -> bool:
        """Connect and log in; return whether the switch let us in.

        Raises:
            OSError: nobody listens there.
            TimeoutError: no answer within `CONNECT_TIMEOUT_S`.
        """
        self.loop = asyncio.get_running_loop()
        connection = self.loop.create_connection(
            self.config["protocol_factory"], self.config["host"], self.config["port"]
        )
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            transport, protocol = await connection
            done: asyncio.Future[tuple[Any, Any]] = self.loop.create_future()
            done.set_result((transport, protocol))
            self.connection_made(done)
            lost = self.loop.create_task(self.lost.wait())
            await asyncio.wait({lost, self.authenticated_future}, return_when=asyncio.FIRST_COMPLETED)
            lost.cancel()
            await asyncio.sleep(0)  # lets the log-in's own callback note the answer
        return bool(self.authenticated)

    def ping(self) -> None:
        """Do nothing: the link pings with a time-out of its own."""

    async def send_awaiting_actions(self, *_: object) -> None:
        """Send nothing again."""
        self.awaiting_actions.clear()

    def connection_lost(self, exc: object) -> None:
        """Note the loss; do not reconnect. Unanswered actions end with `ConnectionError`."""
        self._connected = False
        self.lost.set()
        for action in self.awaiting_actions:
            if not action.future.done():
                action.future.set_exception(ConnectionError(f"AMI connection lost: {exc or 'closed'}"))
        self.awaiting_actions.clear()

    def close(self) -> None:
        """Close the connection; unanswered actions fail."""
        if self.pinger is not None:
            self.pinger.cancel()
        if self.protocol is not None and not self.protocol.closed:
            self.protocol.connection_lost(None)
