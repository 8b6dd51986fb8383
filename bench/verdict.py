"""The aims, each held or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from bench.load import AIMS, PRESS_RATE

if TYPE_CHECKING:
    from bench.capacity import Step
    from bench.load import Load
    from bench.phases import Cost, Press


class Verdict(TypedDict):
    """One aim."""

    what: str
    aim: str
    found: str
    held: bool


def verdicts(load: Load, press: Press, cost: Cost, steps: list[Step]) -> list[Verdict]:
    """Return all aims; a step that was not reached misses its aim."""
    step = next((one for one in steps if one["alarms"] == load.aim_step), None)
    change = step["tier_change_error"]["p99"] if step else float("inf")
    best = max((one["alarms"] for one in steps if not one["lost"]), default=0)
    simultaneous = min(AIMS.simultaneous, load.aim_step)
    return [
        _verdict("processor time per call, alarm / bare", AIMS.cost_ratio, cost["ratio"], "×"),
        _verdict(f"press → guard's INVITE, p99 at {PRESS_RATE:g}/s", AIMS.press_p99_ms, press["alarm"]["p99"], " ms"),
        _verdict(f"tier-change error, p99 at {load.aim_step} alarms", AIMS.tier_change_p99_ms, change, " ms"),
        Verdict(
            what="simultaneous alarms with nothing lost",
            aim=f"≥ {simultaneous}",
            found=str(best),
            held=best >= simultaneous,
        ),
    ]


def _verdict(what: str, aim: float, found: float, unit: str) -> Verdict:
    return Verdict(what=what, aim=f"≤ {aim:g}{unit}", found=f"{found:g}{unit}", held=found <= aim)
