"""Draws the committed results: `python -m bench.detection.plots` makes `docs/images/bench-detection.svg`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt

from bench.detection.report import JUDGED, RECALL
from bench.plots import AIM, BARE, IMAGES, OURS, ROOT
from sensing.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

    from bench.detection.measure import Line
    from bench.detection.report import Results

LEAST_RECALL: Final = 0.0


def draw(results: Results, path: Path) -> Path:
    """Draw recall and delay of what must be seen, and false alarms of what must not."""
    mpl.rcParams.update(
        {"svg.hashsalt": "liftline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    judged = [one for one in results["lines"] if one["noise"] == JUDGED]
    seen = [one for one in judged if one["labels"] and not SCENARIOS[one["scenario"]].harmless]
    quiet = [one for one in judged if SCENARIOS[one["scenario"]].harmless]
    figure, (recall, delay, false) = plt.subplots(1, 3, figsize=(13, 5.6), layout="constrained")
    _recall(recall, results["lines"], seen)
    _delay(delay, seen)
    _false(false, quiet)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def _recall(axis: Any, lines: list[Line], seen: list[Line]) -> None:  # noqa: ANN401 - matplotlib's axes
    names = [one["scenario"] for one in seen]
    for noise, colour, marker in (("harsh", BARE, "o"), (JUDGED, OURS, "D")):
        by_name = {one["scenario"]: one["recall"] for one in lines if one["noise"] == noise}
        axis.plot(
            [by_name.get(name) for name in names], range(len(names)), marker, color=colour, label=f"{noise} noise"
        )
    axis.axvline(RECALL, color=AIM, linestyle="--", linewidth=1, label=f"aim {RECALL:g}")
    axis.set_yticks(range(len(names)), names)
    axis.set_xlim(LEAST_RECALL, 1.02)
    axis.invert_yaxis()
    axis.set_title("found (recall)")
    axis.legend(frameon=False, loc="lower left")


def _delay(axis: Any, seen: list[Line]) -> None:  # noqa: ANN401 - matplotlib's axes
    places = range(len(seen))
    tails = [max(one["delay"]["p99"] or 0, 0) for one in seen]
    middles = [max(one["delay"]["p50"] or 0, 0) for one in seen]
    axis.barh(places, tails, 0.6, color=BARE, label="p99")
    axis.barh(places, middles, 0.6, color=OURS, label="median")
    axis.set_yticks(places, [""] * len(seen))
    axis.invert_yaxis()
    axis.set_title(f"delay beyond the rule's waiting time (s), {JUDGED}")
    axis.legend(frameon=False, loc="lower right")


def _false(axis: Any, quiet: list[Line]) -> None:  # noqa: ANN401 - matplotlib's axes
    places = range(len(quiet))
    shares = [100 * one["false"] / one["traces"] for one in quiet]
    bars = axis.barh(places, shares, 0.6, color=AIM)
    axis.bar_label(bars, [f"{one['false']} of {one['traces']}" for one in quiet], padding=3)
    axis.set_yticks(places, [one["scenario"] for one in quiet])
    axis.set_xlim(0, max([10.0, *shares]) * 1.2)
    axis.invert_yaxis()
    axis.set_title(f"harmless traces with a false alarm (%), {JUDGED}")


if __name__ == "__main__":
    found = json.loads((ROOT / "bench" / "results" / "detection.json").read_text(encoding="utf-8"))
    print(draw(found, IMAGES / "bench-detection.svg").relative_to(ROOT))
