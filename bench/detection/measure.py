"""Scores many traces side by side, and sums them up by scenario."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Final, TypedDict

from bench.detection.score import Score, score
from bench.figures import Spread, spread
from sensing.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TIMEOUT_S: Final = 900


class Line(TypedDict):
    """One scenario at one level of noise."""

    scenario: str
    says: str
    noise: str
    traces: int
    events: int
    labels: int
    found: int
    recall: float | None
    """None where nothing had to be found."""
    false: int
    """Traces in which somebody would have been called for nothing."""
    precision: float | None
    """Right detections among all; None where there was none."""
    repeats: int
    retracted: int
    delay: Spread
    """Seconds from the end of the rule's waiting time to the verdict."""
    warnings_missed: int
    warnings_unexpected: int


def measure(plan: dict[str, int], workers: int, names: Sequence[str] = tuple(SCENARIOS)) -> list[Line]:
    """Score `plan[noise]` traces of every scenario (or of those named) at every level of noise."""
    jobs = [(name, seed, noise) for noise, count in plan.items() for seed in range(count) for name in names]
    with ProcessPoolExecutor(workers) as pool:
        scores = pool.map(score, *zip(*jobs, strict=True), chunksize=8, timeout=TIMEOUT_S)
        found: dict[tuple[str, str], list[Score]] = {}
        for (name, _seed, noise), one in zip(jobs, scores, strict=True):
            found.setdefault((name, noise), []).append(one)
    return [_line(name, noise, found[name, noise]) for noise in plan for name in names if (name, noise) in found]


def _line(name: str, noise: str, scores: list[Score]) -> Line:
    labels, found = sum(one["labels"] for one in scores), sum(one["found"] for one in scores)
    false = sum(len(one["false"]) for one in scores)
    delays = spread((delay for one in scores for delay in one["delays_s"]), digits=3)
    return Line(
        scenario=name,
        says=SCENARIOS[name].says,
        noise=noise,
        traces=len(scores),
        events=sum(one["events"] for one in scores),
        labels=labels,
        found=found,
        recall=round(found / labels, 4) if labels else None,
        false=sum(bool(one["false"]) for one in scores),
        precision=round(found / (found + false), 4) if found + false else None,
        repeats=sum(one["repeats"] for one in scores),
        retracted=sum(one["retracted"] for one in scores),
        delay=delays,
        warnings_missed=_any(one["missed"] for one in scores),
        warnings_unexpected=_any(one["unexpected"] for one in scores),
    )


def _any(lists: Iterable[list[str]]) -> int:
    return sum(bool(one) for one in lists)
