"""What a finished recording is worth: judged from what the file holds and what the journal promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recordings.audio import CHANNELS
from store.models import RecordingState

if TYPE_CHECKING:
    from datetime import datetime

    from recordings.audio import Measured

_TOLERANCE_MS = 1000
_TOLERANCE_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Verdict:
    """Judgement of one recording."""

    state: RecordingState
    short: bool
    silent: tuple[str, ...]
    """Channels in which nothing is to be heard; both of them make the state `silent`."""

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


def judge(measured: Measured | None, expected: int | None) -> Verdict:
    """Judge a recording.

    Args:
        measured: the finished file; none when the switch left no raw file.
        expected: ms from press to hang-up by the journal; none when unknown: then no file is short.
    """
    if measured is None:
        return Verdict(RecordingState.MISSING, short=False, silent=())
    tolerance = max(_TOLERANCE_MS, round((expected or 0) * _TOLERANCE_SHARE))
    short = expected is not None and measured.duration_ms + tolerance < expected
    if short:
        state = RecordingState.SHORT
    elif len(measured.silent) == len(CHANNELS):
        state = RecordingState.SILENT
    else:
        state = RecordingState.OK
    return Verdict(state, short=short, silent=measured.silent)
