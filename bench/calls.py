"""What happened to each alarm, put together from the SIP messages on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.estate import lift_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.ports import Ports
    from bench.sniff_sip import Message


@dataclass(slots=True)
class Call:
    """One press and its consequences. Times are seconds since the epoch, none for what did not happen."""

    lift: int
    pressed: float
    """The cabin's first INVITE reached the switch (before it was asked for its password)."""
    answered: float | None = None
    ended: float | None = None
    """The cabin's BYE."""
    media: int = 0
    """Asterisk's RTP port towards the cabin."""
    guard_rung: float | None = None
    """The guard's INVITE."""
    guard_rings: float | None = None
    """The guard's phone said 180."""
    guard_cancelled: float | None = None
    mobile_rung: float | None = None
    mobile_answered: float | None = None
    refused: int = 0
    """The final status of a press that was not answered."""

    @property
    def press_ms(self) -> float | None:
        """Press → guard's INVITE."""
        return None if self.guard_rung is None else (self.guard_rung - self.pressed) * 1000

    def tier_change_error_ms(self, ring_s: float) -> float | None:
        """Return how much later than `ring_s` after the guard's phone began to ring the next tier's INVITE came."""
        if self.mobile_rung is None or self.guard_rings is None:
            return None
        return (self.mobile_rung - self.guard_rings - ring_s) * 1000


@dataclass
class Calls:
    """Reads messages in the order of their arrival."""

    ports: Ports
    done: list[Call] = field(default_factory=list)
    _by_lift: dict[int, Call] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def read(self, messages: Iterable[Message]) -> list[Call]:
        """Return a call for each press."""
        for message in messages:
            self._one(message)
        return self.done

    def _one(self, message: Message) -> None:
        invite = message.method == "INVITE"
        if invite and not message.status and message.sender == self.ports.cabins:
            if message.call_id not in self._seen:
                self._seen.add(message.call_id)
                call = Call(lift_of(message.caller), message.at)
                self._by_lift[call.lift] = call
                self.done.append(call)
            return
        if self.ports.cabins in (message.port, message.sender):
            self._cabin(message)
        elif self.ports.guards in (message.port, message.sender):
            self._guard(message)
        elif self.ports.mobiles in (message.port, message.sender):
            self._mobile(message)

    def _call(self, user: str) -> Call | None:
        return self._by_lift.get(lift_of(user)) if user[-4:].isdigit() else None

    def _cabin(self, message: Message) -> None:
        call = self._call(message.caller)
        if call is None:
            return
        if message.method == "INVITE" and message.status == 200 and call.answered is None:
            call.answered, call.media = message.at, message.media
        elif message.method == "INVITE" and message.status >= 300 and message.status != 401:
            call.refused = message.status
        elif message.method == "BYE" and not message.status and call.ended is None:
            call.ended = message.at

    def _guard(self, message: Message) -> None:
        call = self._call(message.called)
        if call is None:
            return
        if message.method == "INVITE" and not message.status:
            call.guard_rung = call.guard_rung or message.at
        elif message.method == "INVITE" and message.status == 180:
            call.guard_rings = call.guard_rings or message.at
        elif message.method == "CANCEL" and not message.status:
            call.guard_cancelled = call.guard_cancelled or message.at

    def _mobile(self, message: Message) -> None:
        call = self._call(message.called)
        if call is None or message.method != "INVITE":
            return
        if not message.status:
            call.mobile_rung = call.mobile_rung or message.at
        elif message.status == 200:
            call.mobile_answered = call.mobile_answered or message.at


def most_at_once(calls: Iterable[Call]) -> int:
    """Return the largest number of calls that were up at the same time."""
    changes = [(call.answered, 1) for call in calls if call.answered is not None and call.ended is not None]
    changes += [(call.ended, -1) for call in calls if call.answered is not None and call.ended is not None]
    up = most = 0
    for _, change in sorted(changes, key=lambda one: one[0] or 0.0):
        up += change
        most = max(most, up)
    return most
