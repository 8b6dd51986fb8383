"""Draws one entrapment as the sensors saw it, for `docs/sensing.md`: `python -m bench.detection.picture`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt

from bench.plots import AIM, BARE, IMAGES, OURS, ROOT
from sensing.events import CarState, Door
from sensing.simulator.replay import replay
from sensing.simulator.scenarios import SCENARIOS
from sensing.simulator.trace import NOISES, make
from sensing.thresholds import Thresholds
from sensing.verdicts import Change, Condition

if TYPE_CHECKING:
    from pathlib import Path

    from sensing.simulator.trace import Trace

SCENARIO: Final = "sitting-still"
SEED: Final = 5
START: Final = datetime(2026, 11, 25, tzinfo=UTC)
NEVER: Final[dict[str, Any]] = {"people": False, "moving": False, "in_door_zone": False, "door": Door.CLOSED}
ROWS: Final = {
    "people": "people",
    "moving": "moving",
    "in_door_zone": "in the door zone",
    "door": "door not closed",
}


def draw(path: Path) -> Path:
    """Draw what was reported, and when detection spoke."""
    mpl.rcParams.update({"svg.hashsalt": "liftline", "font.size": 10, "axes.spines.top": False})
    mpl.rcParams["axes.spines.right"] = mpl.rcParams["axes.spines.left"] = False
    trace = make(SCENARIOS[SCENARIO], SEED, START, noise=NOISES["realistic"])
    said, _state = replay(trace, Thresholds())
    figure, axis = plt.subplots(figsize=(11, 3.4), layout="constrained")
    names = list(ROWS)
    for place, name in enumerate(names):
        axis.broken_barh(_spans(trace, name), (place - 0.3, 0.6), color=OURS)
    [label] = trace.labels
    end_s = trace.seconds if label.end_s is None else label.end_s
    axis.axvspan(label.start_s, end_s, color=BARE, alpha=0.35, linewidth=0, zorder=0)
    axis.text((label.start_s + end_s) / 2, -0.75, "trapped, as it really was", ha="center", color="#555555")
    for one in said:
        if one.verdict.condition is Condition.ENTRAPMENT:
            at = (one.now - START).total_seconds()
            words = "detected" if one.verdict.change is Change.DETECTED else "cleared"
            axis.axvline(at, color=AIM, linewidth=1.5)
            axis.text(at + 3, len(names) - 0.45, f"{words} ({at - label.start_s:.0f} s)", color=AIM)
    axis.set_yticks(range(len(names)), ROWS.values())
    axis.set_ylim(len(names) - 0.2, -1.1)
    axis.set_xlim(0, trace.seconds)
    axis.set_xlabel("seconds; what the sensors reported, in the order in which it happened")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def _spans(trace: Trace, name: str) -> list[tuple[float, float]]:
    """Give the times in which a sensor's last report said yes, as beginnings and lengths."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for event in sorted(trace.events, key=lambda one: one.occurred_at):
        value = getattr(event.payload, name) if isinstance(event.payload, CarState) else None
        if value is None:
            continue
        at = (event.occurred_at - trace.start).total_seconds()
        if value != NEVER[name] and since is None:
            since = at
        elif value == NEVER[name] and since is not None:
            spans.append((since, at - since))
            since = None
    return spans if since is None else [*spans, (since, trace.seconds - since)]


if __name__ == "__main__":
    print(draw(IMAGES / "sensing-entrapment.svg").relative_to(ROOT))
