"""What a gateway is told about each of its events. The words are a contract: their meaning never changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sensing.events import Rule


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"  # it is safe
    DUPLICATE = "duplicate"  # it was safe already; the first one counts
    REFUSED = "refused"  # nothing of it is kept, and sending it again will not help


class Reason(StrEnum):
    """Why an event was refused: `sensing.events.Rule`, and what can be wrong before its values are looked at."""

    MALFORMED = "malformed"  # no JSON object, a field is missing, unknown or of the wrong type
    UNKNOWN_LIFT = "unknown_lift"  # there is no such lift in use, or it is not this gateway's
    WRONG_TOPIC = "wrong_topic"  # (MQTT) the event names another lift than its topic
    OUT_OF_RANGE = Rule.OUT_OF_RANGE.value
    TOO_LONG = Rule.TOO_LONG.value
    BAD_TEXT = Rule.BAD_TEXT.value
    CONTRADICTION = Rule.CONTRADICTION.value
    EMPTY = Rule.EMPTY.value
    FROM_FUTURE = Rule.FROM_FUTURE.value
    TOO_OLD = Rule.TOO_OLD.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event."""

    index: int
    """Its place in the batch, from 0."""
    event_id: str | None
    """None where the event has none that can be read."""
    outcome: Outcome
    reason: Reason | None = None
    field: str | None = None
    """Which field is wrong."""
    detail: str | None = None
    """For the engineer who reads the gateway's log."""

    def as_json(self) -> dict[str, Any]:
        """Give it as it is sent; what says nothing is left out."""
        document: dict[str, Any] = {"index": self.index, "event_id": self.event_id, "verdict": self.outcome.value}
        if self.reason is not None:
            document |= {"reason": self.reason.value, "field": self.field, "detail": self.detail}
        return document


def answer(verdicts: list[Verdict]) -> dict[str, Any]:
    """Give the answer to a batch: how many of each, and every verdict in the batch's order."""
    counts = {outcome.value: 0 for outcome in Outcome}
    for verdict in verdicts:
        counts[verdict.outcome.value] += 1
    return {**counts, "verdicts": [verdict.as_json() for verdict in verdicts]}
