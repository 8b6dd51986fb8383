"""Checks each event of a batch and makes the good ones safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from intake.accepting.quick import good
from intake.accepting.reading import Unreadable
from intake.accepting.rows import Row
from intake.accepting.verdicts import Outcome, Reason, Verdict
from sensing.events import MalformedEventError, from_json, payload_to_json, problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from intake.accepting.writer import Writer

STORE_TIMEOUT_S: Final = 25.0
"""Longest wait for a batch to be safe; a caller who gives up by then sends it again, and nothing is stored twice."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose events they are."""

    gateway: str
    gateway_id: int
    lifts: Callable[[set[str]], Mapping[str, int]]
    """Gives the ids of those of these device codes that are in use and the gateway may speak for."""
    topic: str | None = None
    """Device code that the way in has named already (MQTT)."""


def accept(documents: Sequence[Any], sender: Sender, received_at: datetime, writer: Writer) -> list[Verdict]:
    """Check events, store the good ones, and say what became of each, in order.

    When it returns, every event it calls stored or duplicate is safe against a crash.

    Args:
        documents: JSON values as `read_batch` gives them.
        sender: by their key.
        received_at: when the batch came, by our clock.
        writer: stores.

    Raises:
        BusyError: too much waits to be stored already; nothing of this batch was.
        sqlalchemy.exc.SQLAlchemyError: the database is not available; nothing of this batch is known to be stored.
        TimeoutError: likewise, after `STORE_TIMEOUT_S`.
    """
    lifts = sender.lifts({code for one in documents if (code := _text(one, "device_code"))})
    checked = [_check(index, one, sender, received_at, lifts) for index, one in enumerate(documents)]
    rows = [one for one in checked if isinstance(one, Row)]
    stored = iter(writer.submit(rows).result(STORE_TIMEOUT_S) if rows else ())
    return [
        one
        if isinstance(one, Verdict)
        else Verdict(index, one.event_id, Outcome.STORED if next(stored) else Outcome.DUPLICATE)
        for index, one in enumerate(checked)
    ]


def _check(  # noqa: PLR0911 - one return a rule
    index: int,
    document: Any,  # noqa: ANN401 - JSON is anything
    sender: Sender,
    received_at: datetime,
    lifts: Mapping[str, int],
) -> Row | Verdict:
    def refused(reason: Reason, field: str, says: str) -> Verdict:
        return Verdict(index, _text(document, "event_id"), Outcome.REFUSED, reason, field, says)

    occurred_ms = good(document, received_at)
    if occurred_ms is not None and sender.topic in {None, document["device_code"]}:
        lift = lifts.get(document["device_code"])
        if lift is not None:
            return _row(document, sender, lift, occurred_ms, received_at)
    if isinstance(document, Unreadable):
        return refused(Reason.MALFORMED, "event", document.says)
    try:
        event = from_json(document, gateway=sender.gateway, received_at=received_at)
    except MalformedEventError as error:
        return refused(Reason.MALFORMED, error.field, str(error))
    for problem in problems(event):
        return refused(Reason(problem.rule.value), problem.field, problem.says)
    if sender.topic not in {None, event.device_code}:
        return refused(Reason.WRONG_TOPIC, "device_code", f"the topic is that of {sender.topic}")
    lift = lifts.get(event.device_code)
    if lift is None:
        return refused(Reason.UNKNOWN_LIFT, "device_code", "no lift in use that this key may speak for")
    return Row(
        sender.gateway_id,
        event.event_id,
        lift,
        event.kind.value,
        _milliseconds(event.occurred_at),
        _milliseconds(received_at),
        event.sequence,
        orjson.dumps(payload_to_json(event.payload)).decode(),
        event.device_code,
    )


def _row(document: dict[str, Any], sender: Sender, lift: int, occurred_ms: int, received_at: datetime) -> Row:
    return Row(
        sender.gateway_id,
        document["event_id"],
        lift,
        document["kind"],
        occurred_ms,
        _milliseconds(received_at),
        document.get("sequence"),
        orjson.dumps(document.get("data", {})).decode(),
        document["device_code"],
    )


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _text(document: Any, name: str) -> str | None:  # noqa: ANN401 - JSON is anything
    value = document.get(name) if isinstance(document, dict) else None
    return value[:64] if isinstance(value, str) else None
