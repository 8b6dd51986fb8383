"""Judges one step of the capacity phase: was anything lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from bench.calls import most_at_once
from bench.figures import Spread, spread
from bench.hearing import heard
from bench.indexed import differences
from bench.load import AIMS, GAP_MS, HOLD_S, RECORDING_TOLERANCE_S, RING_S

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bench.rig import Seen


class Step(TypedDict):
    """One number of simultaneous alarms. Times are milliseconds unless the name says seconds."""

    alarms: int
    at_once: int
    lost: list[str]
    """What was lost, in words; empty when nothing was."""
    press: Spread
    tier_change_error: Spread
    """Absolute difference between tier one's ring time and 15 s."""
    first_packet: Spread
    gap: Spread
    """Longest pause each cabin heard."""
    recording_error_s: Spread
    """Absolute difference between a recording and its call."""
    collector_lag: Spread
    asterisk_cores: float
    """Asterisk's processor time per second of the step's busiest part: a call's cost times calls at once."""
    busy_cores: float
    foreign_cores: float
    busiest_cores: dict[str, float]
    """Cores in the machine's busiest ten seconds: `all`, and who used them."""
    finish_s: float


def judge(engine: Engine, count: int, seen: Seen, lags_ms: list[float]) -> Step:
    """Compare what was seen with what must be."""
    errors = [call.tier_change_error_ms(RING_S) for call in seen.calls]
    late = [abs(error) for error in errors if error is not None]
    sounds = heard(seen.calls, seen.packets)
    gaps = [one.gap_ms for one in sounds]
    recorded = [abs(one) for one in differences(engine, seen.calls).values()]
    at_once = most_at_once(seen.calls)
    lost = {
        "calls failed": seen.failed,
        "presses did not ring the guard": sum(call.guard_rung is None for call in seen.calls),
        "alarms did not reach the maintainer": sum(call.mobile_answered is None for call in seen.calls),
        f"tiers changed more than {AIMS.tier_change_p99_ms:.0f} ms off": sum(
            one > AIMS.tier_change_p99_ms for one in late
        ),
        f"cabins heard a gap over {GAP_MS:.0f} ms": sum(gap > GAP_MS for gap in gaps),
        "calls without a good recording as long as the call": sum(one > RECORDING_TOLERANCE_S for one in recorded),
        "alarms less at once than wanted": count - at_once,
        "packets unseen by the watcher": seen.unseen,
    }
    return Step(
        alarms=count,
        at_once=at_once,
        lost=[f"{number} {what}" for what, number in lost.items() if number],
        press=spread(call.press_ms for call in seen.calls),
        tier_change_error=spread(late),
        first_packet=spread(one.first_ms for one in sounds),
        gap=spread(gaps),
        recording_error_s=spread(recorded, digits=3),
        collector_lag=spread(lags_ms),
        asterisk_cores=round(seen.cpu_s / HOLD_S, 2),
        busy_cores=round(seen.busy_cores, 2),
        foreign_cores=round(seen.foreign_cores, 2),
        busiest_cores=seen.shares,
        finish_s=round(seen.finish_s, 1),
    )
