"""When to try again, and when a message itself is at fault: pure, the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 300.0
"""A platform that was away for days gets its backlog within minutes of its return."""
JITTER: Final = 0.25

REFUSED_WEIGHT: Final = 3
DOUBTFUL_WEIGHT: Final = 1
DEAD_WEIGHT: Final = 8
"""Three clear refusals, or eight failures while other lifts' messages went through, and a message is put aside."""

STREAMS_OF_OUTAGE: Final = 3
"""Failures for this many lifts without a success in between: the platform is down, not one message bad."""

UNREACHABLE_AFTER: Final = timedelta(minutes=10)
"""After this time the operators are told."""

_REFUSALS: Final = frozenset({400, 409, 410, 413, 415, 422})


class Verdict(Enum):
    """What an attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # the platform understood, and will not have this message
    FAILED = "failed"  # an error or no answer in time: the platform's fault or the message's, who knows
    UNREACHABLE = "unreachable"  # nobody there, or nobody who knows us: never the message's fault


def judge(status: int) -> Verdict:
    """Judge an HTTP status. A wrong address or key (3xx, 401, 403, 404) is a matter of settings, not of the message."""
    if 200 <= status < 300:  # noqa: PLR2004
        return Verdict.ACCEPTED
    if status in _REFUSALS:
        return Verdict.REFUSED
    if status >= 500 or status in {408, 425, 429}:  # noqa: PLR2004
        return Verdict.FAILED
    return Verdict.UNREACHABLE


def pause(failures: int, rng: Random) -> timedelta:
    """Return how long to wait after so many failures in a row (from 1): 1, 2, 4 … 300 s, each ± 25 %."""
    seconds = min(FIRST_PAUSE_S * 2 ** min(failures - 1, 16), LONGEST_PAUSE_S)
    return timedelta(seconds=seconds * rng.uniform(1 - JITTER, 1 + JITTER))


@dataclass(slots=True)
class Line:
    """The state of the line to the platform, as the attempts tell it."""

    down_since: datetime | None = None
    until: datetime | None = None
    """While down: when the next attempt may be made, with one lift's messages."""
    last_success: datetime | None = None
    told: bool = False
    """The operators know."""
    _failures: int = 0
    _streams: set[str] = field(default_factory=set)

    def open(self, now: datetime) -> bool:
        """Return whether an attempt may be made now."""
        return self.until is None or now >= self.until

    def succeeded(self, now: datetime) -> bool:
        """Note a success; return whether the line was down."""
        was_down = self.down_since is not None
        self.down_since = self.until = None
        self.last_success = now
        self._failures = 0
        self._streams.clear()
        return was_down

    def failed(self, stream: str, verdict: Verdict, now: datetime, rng: Random) -> None:
        """Note a failure; a refusal says that somebody is there."""
        if verdict is Verdict.REFUSED:
            return
        self._streams.add(stream)
        if verdict is not Verdict.UNREACHABLE and len(self._streams) < STREAMS_OF_OUTAGE and not self.down_since:
            return
        self.down_since = self.down_since or now
        if self.until is None or now >= self.until:  # several attempts at once are one failure
            self._failures += 1
            self.until = now + pause(self._failures, rng)

    def weight(self, verdict: Verdict, last_attempt: datetime | None) -> int:
        """Return how much a failure counts against the message itself."""
        if verdict is Verdict.REFUSED:
            return REFUSED_WEIGHT
        doubtful = verdict is Verdict.FAILED and self.last_success is not None and last_attempt is not None
        return DOUBTFUL_WEIGHT if doubtful and self.last_success >= last_attempt else 0  # type: ignore[operator]

    def must_tell(self, now: datetime) -> bool:
        """Return, once for each outage, whether it has lasted so long that people must know."""
        if self.told or self.down_since is None or now - self.down_since < UNREACHABLE_AFTER:
            return False
        self.told = True
        return True
