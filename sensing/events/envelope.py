"""An event: whose it is, when it happened, when it came, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sensing.events.payloads import Payload  # noqa: TC001 - read at run time, to bring events back from JSON

if TYPE_CHECKING:
    from sensing.events.words import EventKind

Order = tuple[datetime, int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. `gateway` and `event_id` together are its identity: a second one with the same is a duplicate.

    Raises:
        ValueError: a time has no time zone.
    """

    gateway: str
    """Who sent it: the name its key was given out under, not what it claims."""
    event_id: str
    """The gateway's own id, unique for that gateway, the same at every repetition."""
    device_code: str
    """设备代码 of the lift."""
    occurred_at: datetime
    """When it happened by the gateway's clock, UTC with milliseconds."""
    received_at: datetime
    """When it reached us by our clock, UTC with milliseconds. Detection does not look at it."""
    payload: Payload
    sequence: int | None = None
    """The gateway's running number, where it has one: orders what happened in the same millisecond."""

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is None or self.received_at.tzinfo is None:
            raise ValueError(f"event {self.event_id}: a moment needs a time zone")

    @property
    def kind(self) -> EventKind:
        """Kind of its payload."""
        return self.payload.kind

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it a duplicate."""
        return self.gateway, self.event_id


def order(event: Event) -> Order:
    """Give the key that puts events into the order in which they happened, the same whatever order they came in."""
    return event.occurred_at, -1 if event.sequence is None else event.sequence, event.gateway, event.event_id
