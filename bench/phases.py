"""The three phases: how fast a guard rings, what an alarm costs, how many go at once."""

from __future__ import annotations

import statistics
from itertools import cycle, islice
from typing import TYPE_CHECKING, TypedDict

from bench.capacity import Step, judge
from bench.figures import Spread, spread
from bench.lag import LagWatch
from bench.load import HOLD_S, PRESS_RATE
from bench.rig import ALARM, BARE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.load import Load
    from bench.rig import Rig

PRESS_HOLD_S = 1.0
"""In the latency phase the cabin hangs up after a second: the guard has rung long before."""

COST_RATE = 6.0


class Press(TypedDict):
    """Press → guard's INVITE in milliseconds, both paths."""

    rate: float
    alarm: Spread
    bare: Spread
    p50_ratio: float
    p99_ratio: float
    alarm_cpu_ms: float
    """Asterisk's processor time for a press that is given up after a second: set-up and tear-down, hardly any media."""
    bare_cpu_ms: float


class Cost(TypedDict):
    """Asterisk's processor seconds per call, one value a block, both paths."""

    calls_per_block: int
    alarm: list[float]
    bare: list[float]
    alarm_median: float
    bare_median: float
    ratio: float


def measure_press(rig: Rig, load: Load, say: Callable[[str], None]) -> Press:
    """Press at full rate, path after path, and take the times on the wire."""
    found: dict[str, list[float | None]] = {ALARM: [], BARE: []}
    cpu_s = {ALARM: 0.0, BARE: 0.0}
    for block in range(load.press_blocks):
        for path in (ALARM, BARE):
            say(f"press → ring: {path}, block {block + 1} of {load.press_blocks}")
            seen = rig.press(load.press_count, path, PRESS_RATE, PRESS_HOLD_S)
            found[path] += [call.press_ms for call in seen.calls]
            cpu_s[path] += seen.cpu_s
    alarm, bare = spread(found[ALARM]), spread(found[BARE])
    return Press(
        rate=PRESS_RATE,
        alarm=alarm,
        bare=bare,
        p50_ratio=round(alarm["p50"] / bare["p50"], 2),
        p99_ratio=round(alarm["p99"] / bare["p99"], 2),
        alarm_cpu_ms=round(cpu_s[ALARM] * 1000 / max(1, alarm["count"]), 1),
        bare_cpu_ms=round(cpu_s[BARE] * 1000 / max(1, bare["count"]), 1),
    )


def measure_cost(rig: Rig, load: Load, say: Callable[[str], None]) -> Cost:
    """Run whole calls, path after path, and read Asterisk's processor time."""
    found: dict[str, list[float]] = {ALARM: [], BARE: []}
    order = list(islice(cycle((ALARM, BARE, BARE, ALARM)), 2 * load.cost_blocks))
    for block, path in enumerate(order, 1):
        say(f"cost: {path}, block {block} of {len(order)}")
        seen = rig.press(load.cost_count, path, COST_RATE, load.cost_hold_s)
        found[path].append(round(seen.cpu_s / load.cost_count, 4))
    alarm, bare = statistics.median(found[ALARM]), statistics.median(found[BARE])
    return Cost(
        calls_per_block=load.cost_count,
        alarm=found[ALARM],
        bare=found[BARE],
        alarm_median=round(alarm, 4),
        bare_median=round(bare, 4),
        ratio=round(alarm / bare, 3),
    )


def measure_capacity(rig: Rig, load: Load, say: Callable[[str], None]) -> list[Step]:
    """Put up more and more alarms at once; past the aim, the first step that loses something is the last."""
    steps: list[Step] = []
    for count in load.steps:
        say(f"simultaneous: {count} alarms")
        with LagWatch(rig.engine) as watch:
            seen = rig.press(count, ALARM, PRESS_RATE, HOLD_S)
        steps.append(judge(rig.engine, count, seen, watch.lags_ms))
        if steps[-1]["lost"] and count >= load.aim_step:
            break
    return steps
