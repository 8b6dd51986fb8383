"""One trace, scored: what had to be seen, what was, how late, and what was said for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypedDict

from sensing.simulator.replay import replay
from sensing.simulator.scenarios import SCENARIOS
from sensing.simulator.trace import NOISES, make
from sensing.thresholds import Thresholds, for_lift
from sensing.verdicts import Change, Condition, Ending, Rule

if TYPE_CHECKING:
    from sensing.simulator.director import Label
    from sensing.simulator.replay import Said
    from sensing.simulator.trace import Trace

START: Final = datetime(2026, 11, 25, tzinfo=UTC)
WAKING: Final = frozenset({Condition.ENTRAPMENT, Condition.FAULT_STOP})
"""Conditions for which people are called."""
AFTER_S: Final = 30
"""What is said so shortly after a label's end still belongs to it."""
CLOCK_S: Final = 3
"""The gateway's clock may be so far behind that of the label."""

_WAITS: Final[dict[tuple[Condition, Rule], str]] = {
    (Condition.ENTRAPMENT, Rule.BETWEEN_FLOORS): "between_floors_s",
    (Condition.ENTRAPMENT, Rule.SAFETY_CIRCUIT): "safety_circuit_s",
    (Condition.ENTRAPMENT, Rule.POWER_CUT): "power_cut_s",
    (Condition.ENTRAPMENT, Rule.DOOR_HALF_OPEN): "door_half_open_s",
    (Condition.ENTRAPMENT, Rule.DOOR_STAYS_SHUT): "door_stays_shut_s",
    (Condition.ENTRAPMENT, Rule.NOT_STARTING): "not_starting_s",
    (Condition.FAULT_STOP, Rule.BETWEEN_FLOORS): "fault_stop_s",
    (Condition.FAULT_STOP, Rule.SAFETY_CIRCUIT): "fault_stop_s",
    (Condition.FAULT_STOP, Rule.DOOR_HALF_OPEN): "fault_stop_s",
}


class Score(TypedDict):
    """What one trace gave."""

    scenario: str
    events: int
    labels: int
    """Entrapments, or stops, that there really were."""
    found: int
    delays_s: list[float]
    """From the end of the rule's waiting time to the verdict, for each that was found."""
    repeats: int
    """Detections beyond the first of a label, after it had been told as over."""
    false: list[str]
    """Detections for which somebody would have been called for nothing."""
    retracted: int
    missed: list[str]
    """Warnings that had to be given and were not."""
    unexpected: list[str]
    """Warnings that had not to be given."""


def score(name: str, seed: int, noise: str) -> Score:
    """Make a trace, run detection over it, compare with its labels."""
    scenario = SCENARIOS[name]
    trace = make(scenario, seed, START, noise=NOISES[noise])
    thresholds = for_lift(**scenario.thresholds)
    said, _state = replay(trace, thresholds)
    detected = [one for one in said if one.verdict.change is Change.DETECTED]
    waking = [one for one in detected if one.verdict.condition in WAKING]
    others = {_key(one) for one in detected if one.verdict.condition not in WAKING}
    labels = [one for one in trace.labels if one.condition in WAKING]
    allowed = scenario.expects | scenario.may
    delays, repeats = [], 0
    for label in labels:
        its = [one for one in waking if one.verdict.condition is label.condition and _within(one, label, trace)]
        if its:
            delays.append(
                round((its[0].now - trace.start).total_seconds() - label.start_s - _wait(label, thresholds), 3)
            )
            repeats += len(its) - 1
    return Score(
        scenario=name,
        events=len(trace.events),
        labels=len(labels),
        found=len(delays),
        delays_s=delays,
        repeats=repeats,
        false=[
            one.verdict.id
            for one in waking
            if _key(one) not in allowed or not any(_within(one, label, trace) for label in labels)
        ],
        retracted=sum(one.verdict.ending is Ending.RETRACTED for one in said),
        missed=sorted(scenario.expects - WAKING - others),
        unexpected=sorted(others - allowed),
    )


def _key(said: Said) -> str:
    verdict = said.verdict
    return verdict.condition.value if verdict.subject is None else f"{verdict.condition}:{verdict.subject}"


def _within(said: Said, label: Label, trace: Trace) -> bool:
    """Say whether a verdict speaks of the label's time."""
    at = (said.verdict.at - trace.start).total_seconds()
    return label.start_s - CLOCK_S <= at <= (label.end_s or trace.seconds) + AFTER_S


def _wait(label: Label, thresholds: Thresholds) -> float:
    name = _WAITS.get((label.condition, label.rule))
    return 0.0 if name is None else float(getattr(thresholds, name))
