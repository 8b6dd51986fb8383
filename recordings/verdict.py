"""What a finished recording is worth: judged from what the file holds and what the journal promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recordings.audio import CHANNELS, OTHERS, PASSENGER
from store.models import RecordingState

if TYPE_CHECKING:
    from datetime import datetime

    from recordings.audio import Measured

_TOLERANCE_MS = 1000
_TOLERANCE_SHARE = 0.02
_HEARD_BY_MS = 2000
"""No waiting passenger has silence for longer: who hung up sooner may have heard nothing yet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Judgement of one recording."""

    state: RecordingState
    short: bool
    quiet: tuple[str, ...]
    """Channels in which nothing is to be heard. A passenger who says nothing is no fault."""
    dead: str | None = None
    """Why the silence is a fault, and the state `silent`."""

    @property
    def missing(self) -> bool:
        """Whether there is no file."""
        return self.state is RecordingState.MISSING


def expected_ms(started_at: datetime, ended_at: datetime, clock_stepped_ms: int = 0) -> int:
    """Return how long the recording must be, never negative.

    Args:
        started_at: the journal's time of `recording_started`.
        ended_at: the journal's time of `recording_finished`, else of the call's end.
        clock_stepped_ms: by how much the switch's clock was set forward in between (back: negative).
    """
    return max(0, round((ended_at - started_at).total_seconds() * 1000) - clock_stepped_ms)


def judge(
    measured: Measured | None, expected: int | None, *, alarm: bool = False, received: int | None = None
) -> Verdict:
    """Judge a recording.

    Args:
        measured: the finished file; none when the switch left no raw file.
        expected: ms from press to hang-up by the journal; none when unknown: then no file is short.
        alarm: whether prompts must be on it.
        received: RTP packets that came from the cabin; none when that is not known.
    """
    if measured is None:
        return Verdict(RecordingState.MISSING, short=False, quiet=())
    tolerance = max(_TOLERANCE_MS, round((expected or 0) * _TOLERANCE_SHARE))
    short = expected is not None and measured.duration_ms + tolerance < expected
    prompted = alarm and measured.duration_ms > _HEARD_BY_MS
    dead = _dead(measured.silent, alarm=prompted, received=received)
    sound = RecordingState.SILENT if dead else RecordingState.OK
    state = RecordingState.SHORT if short else sound
    return Verdict(state, short=short, quiet=measured.silent, dead=dead)


def _dead(silent: tuple[str, ...], *, alarm: bool, received: int | None) -> str | None:
    """Say why silence is a fault; None when it is none: people may say nothing."""
    if len(silent) == len(CHANNELS):
        return "both"
    if PASSENGER in silent and received == 0:
        return "nothing-received"
    if OTHERS in silent and alarm:
        return "no-prompts"
    return None
