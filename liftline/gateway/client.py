"""Sends what an outbox holds, in batches, until Liftline has said of each event what became of it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

import httpx
import stamina

if TYPE_CHECKING:
    import ssl
    import threading
    from collections.abc import Callable

    from liftline.gateway.outbox import Outbox

BATCH: Final = 100
TIMEOUT_S: Final = 30.0
WAIT_FIRST_S: Final = 0.5
WAIT_LONGEST_S: Final = 30.0
IDLE_S: Final = 0.5


class RefusedError(Exception):
    """Liftline refuses the request itself: the key is wrong, or may not do this. Sending it again will not help."""


class _LaterError(Exception):
    """Not now: it is away, or too much waits there."""


@dataclass(slots=True)
class Summary:
    """What became of events so far."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """How many were stored, duplicate, refused."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Of those refused."""

    @property
    def total(self) -> int:
        """Events with a verdict."""
        return sum(self.verdicts.values())


class Client:
    """Sends events of one gateway. For one thread.

    Args:
        url: of Liftline, `https://liftline.example`.
        key: the gateway's.
        outbox: what is to be sent.
        on_refused: called with each event that was refused, and its verdict; it leaves the outbox.
        patience_s: longest time in which `flush` tries to reach Liftline; None: for ever.
        verify: whom to believe that they are Liftline: a context that trusts the site's own authority.
    """

    def __init__(
        self,
        url: str,
        key: str,
        outbox: Outbox,
        *,
        on_refused: Callable[[dict[str, Any], dict[str, Any]], None] = lambda _event, _verdict: None,
        patience_s: float | None = None,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self._outbox = outbox
        self._on_refused = on_refused
        self._patience_s = patience_s
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Content-Encoding": "gzip"}
        self._http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, verify=verify)
        self.summary = Summary()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections; the outbox stays open."""
        self._http.close()

    def run(self, stop: threading.Event) -> None:
        """Send whatever is put into the outbox, until `stop` is set. Waits, longer and longer, while Liftline is away.

        Raises:
            RefusedError: the key is wrong.
        """
        while not stop.is_set():
            try:
                sent = self.flush(stop)
            except httpx.HTTPError:
                sent = 0
            if not sent:
                stop.wait(IDLE_S)

    def flush(self, stop: threading.Event | None = None) -> int:
        """Send everything that is in the outbox; return how many events got a verdict.

        Raises:
            httpx.HTTPError: Liftline could not be reached within `patience_s`; the rest stays in the outbox.
            RefusedError: the key is wrong; likewise.
        """
        sent = 0
        while not (stop is not None and stop.is_set()) and (waiting := self._outbox.oldest(BATCH)):
            sent += self._send(waiting, stop)
        return sent

    def _send(self, waiting: list[tuple[int, dict[str, Any]]], stop: threading.Event | None) -> int:
        body = gzip.compress(json.dumps([one for _, one in waiting]).encode(), compresslevel=1)

        def worth_it(error: Exception) -> bool:
            return isinstance(error, httpx.TransportError | _LaterError) and not (stop is not None and stop.is_set())

        try:
            for attempt in stamina.retry_context(
                on=worth_it,
                attempts=None,
                timeout=self._patience_s,
                wait_initial=WAIT_FIRST_S,
                wait_max=WAIT_LONGEST_S,
            ):
                with attempt:
                    verdicts = self._post(body)
        except _LaterError as error:
            raise httpx.ConnectError(str(error)) from error
        for (_, one), verdict in zip(waiting, verdicts, strict=True):
            self._count(one, verdict)
        self._outbox.done(number for number, _ in waiting)
        return len(waiting)

    def _post(self, body: bytes) -> list[dict[str, Any]]:
        answer = self._http.post("/api/v1/gateway/events", content=body)
        if answer.status_code == HTTPStatus.ACCEPTED:
            verdicts: list[dict[str, Any]] = answer.json()["verdicts"]
            return verdicts
        says = f"{answer.status_code} {answer.text[:200]}"
        if answer.status_code in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS} or answer.is_server_error:
            raise _LaterError(says)
        raise RefusedError(says)

    def _count(self, one: dict[str, Any], verdict: dict[str, Any]) -> None:
        self.summary.verdicts[verdict["verdict"]] += 1
        if verdict["verdict"] == "refused":
            self.summary.reasons[str(verdict.get("reason"))] += 1
            self._on_refused(one, verdict)
