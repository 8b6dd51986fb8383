"""Draws the committed results: `python -m bench.plots` makes `docs/images/bench-*.svg` of `bench/results/full.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from bench.report import Results

ROOT: Final = Path(__file__).parent.parent
IMAGES: Final = ROOT / "docs" / "images"
OURS: Final = "#1f6f8b"
BARE: Final = "#b0b7bd"
AIM: Final = "#c0392b"


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw one picture a phase; return their paths."""
    mpl.rcParams.update(
        {"svg.hashsalt": "liftline", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    )
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _paths(results, folder / "bench-paths.svg"),
        _steps(results, folder / "bench-simultaneous.svg"),
    ]


def _paths(results: Results, path: Path) -> Path:
    """Alarm beside bare: latency and processor time."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    press, cost = results["press"], results["cost"]
    for offset, name, spread, colour in ((-0.2, "alarm", press["alarm"], OURS), (0.2, "bare", press["bare"], BARE)):
        values = [spread["p50"], spread["p99"], spread["max"]]
        bars = left.bar([place + offset for place in range(3)], values, 0.38, label=name, color=colour)
        left.bar_label(bars, fmt="%.0f")
    left.axhline(50, color=AIM, linestyle="--", linewidth=1, label="aim for p99")
    left.set_xticks(range(3), ["p50", "p99", "max"])
    left.set_title("press → guard's INVITE (ms)")
    left.legend(frameon=False)
    bars = right.bar(
        ["alarm", "bare"], [cost["alarm_median"] * 1000, cost["bare_median"] * 1000], 0.5, color=[OURS, BARE]
    )
    right.bar_label(bars, fmt="%.0f")
    right.axhline(cost["bare_median"] * 1300, color=AIM, linestyle="--", linewidth=1, label="aim: 1.3 × bare")
    right.set_title(f"processor time per call (ms): {cost['ratio']:g} ×")
    right.legend(frameon=False)
    return _save(figure, path)


def _steps(results: Results, path: Path) -> Path:
    """What happens as more alarms are up at once."""
    steps = results["simultaneous"]
    counts = [step["alarms"] for step in steps]
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    change, gap, cores = axes
    for name, style in (("p50", ":"), ("p99", "-"), ("max", "--")):
        values = [dict(step["tier_change_error"])[name] for step in steps]
        change.plot(counts, values, style, marker="o", color=OURS, label=name)
        values = [dict(step["gap"])[name] for step in steps]
        gap.plot(counts, values, style, marker="o", color=OURS, label=name)
    for axis, title in ((change, "tier-change error (ms)"), (gap, "longest gap each cabin heard (ms)")):
        axis.axhline(100, color=AIM, linestyle="--", linewidth=1)
        axis.set_title(title)
        axis.legend(frameon=False)
    cores.plot(counts, [step["asterisk_cores"] for step in steps], marker="o", color=OURS, label="Asterisk")
    cores.plot(counts, [step["busy_cores"] for step in steps], marker="o", color=BARE, label="machine, load included")
    cores.axhline(int(results["machine"]["cores"]), color=AIM, linestyle="--", linewidth=1)
    cores.set_title("busy cores")
    cores.legend(frameon=False)
    for axis in axes:
        axis.set_xlabel("simultaneous alarms")
        axis.set_ylim(bottom=0)
    return _save(figure, path)


def _save(figure: Any, path: Path) -> Path:  # noqa: ANN401 - matplotlib's figure
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


if __name__ == "__main__":
    found = json.loads((ROOT / "bench" / "results" / "full.json").read_text(encoding="utf-8"))
    for image in draw(found, IMAGES):
        print(image.relative_to(ROOT))
