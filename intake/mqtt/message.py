"""One message: whose it is, and what becomes of its events."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from intake.accepting import BatchError, Encoding, Outcome, Reason, Sender, Verdict, accept, read_batch
from store.repositories import gateways
from store.repositories.lifts import by_device_code
from store.session import read_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from intake.accepting import Writer

KNOWN_S: Final = 5.0
"""So long it is remembered who may speak for a lift."""
_MOST: Final = 100_000
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class _Known:
    until: float
    lift_id: int | None
    gateways: dict[str, int]


class Desk:
    """Takes messages, from several threads.

    The broker has let the sender publish to this lift's topic; it does not tell who it was. Where one gateway may
    speak for the lift, it was that one. Where several may, the message says which, in its user property `gateway`.
    """

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer
        self._known: dict[str, _Known] = {}

    def take(self, code: str, body: bytes, gateway: str | None, received_at: datetime) -> list[Verdict]:
        """Store a message's events and say what became of each. Raises as `accept` does."""
        try:
            documents = _events(body)
        except BatchError as error:
            return [_refused(0, None, Reason.MALFORMED, "event", str(error))]
        known = self._look_up(code, received_at)
        name = gateway if gateway is not None else next(iter(known.gateways), None)
        if gateway is None and len(known.gateways) > 1:
            says = "several gateways may speak for this lift: name yours in the user property `gateway`"
            return [_refused(index, one, Reason.MALFORMED, "gateway", says) for index, one in enumerate(documents)]
        if name is None or name not in known.gateways or known.lift_id is None:
            says = "no lift in use that this gateway may speak for"
            return [_refused(index, one, Reason.UNKNOWN_LIFT, "gateway", says) for index, one in enumerate(documents)]
        lift = {code: known.lift_id}
        sender = Sender(name, known.gateways[name], lambda _codes: lift, topic=code)
        return accept(documents, sender, received_at, self._writer)

    def _look_up(self, code: str, now: datetime) -> _Known:
        known = self._known.get(code)
        if known is None or known.until < time.monotonic():
            known = self._read(code, now)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[code] = known
        return known

    def _read(self, code: str, now: datetime) -> _Known:
        until = time.monotonic() + KNOWN_S
        with read_scope(self._engine) as session:
            lift = by_device_code(session, code)
            if lift is None or not lift.active:
                return _Known(until, None, {})
            names = {key.gateway for key in gateways.keys_for(session, lift, now) if key.gateway is not None}
            found = {name: gateways.id_of(session, name) for name in sorted(names)}
            return _Known(until, lift.id, {name: number for name, number in found.items() if number is not None})


def _events(body: bytes) -> list[Any]:
    packed = body.startswith(_GZIP)
    lines = not packed and body.lstrip().startswith(b"{") and not body.lstrip().startswith(b'{"events"')
    return read_batch(body, Encoding.NDJSON if lines else Encoding.JSON, gzip=packed)


def _refused(index: int, document: Any, reason: Reason, field: str, says: str) -> Verdict:  # noqa: ANN401 - JSON is anything
    event_id = document.get("event_id") if isinstance(document, dict) else None
    return Verdict(index, event_id if isinstance(event_id, str) else None, Outcome.REFUSED, reason, field, says)
