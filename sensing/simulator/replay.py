"""Runs detection over a trace as a process would: a step for what came together, and one whenever it asked for it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sensing.detection import begin, step

if TYPE_CHECKING:
    from datetime import datetime

    from sensing.detection import State
    from sensing.simulator.trace import Trace
    from sensing.thresholds import Thresholds
    from sensing.verdicts import Verdict


class Said(NamedTuple):
    """A verdict, and when it was given."""

    now: datetime
    verdict: Verdict


def replay(trace: Trace, thresholds: Thresholds) -> tuple[list[Said], State]:
    """Give all verdicts up to the end of the trace, and the state then."""
    state, said = begin(trace.device_code), []
    wake_at: datetime | None = None
    for now, together in groupby(trace.events, key=lambda one: one.received_at):
        while wake_at is not None and wake_at < now:
            result = step(state, (), wake_at, thresholds)
            said += [Said(wake_at, one) for one in result.verdicts]
            state, wake_at = result.state, result.wake_at
        result = step(state, together, now, thresholds)
        said += [Said(now, one) for one in result.verdicts]
        state, wake_at = result.state, result.wake_at
    while wake_at is not None and wake_at <= trace.end:
        result = step(state, (), wake_at, thresholds)
        said += [Said(wake_at, one) for one in result.verdicts]
        state, wake_at = result.state, result.wake_at
    return said, state
