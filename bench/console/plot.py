"""Draws the console's results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from bench.plots import AIM, BARE, OURS

if TYPE_CHECKING:
    from pathlib import Path


def draw(results: dict[str, Any], path: Path) -> None:
    """Draw both loads as curves of how many rows were there by when, and both ways of the voice as bars."""
    mpl.rcParams.update({"svg.hashsalt": "liftline", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained", width_ratios=[2, 1])
    for board, label, colour in ((results["idle"], "idle", OURS), (results["busy"], "200 open, 20 consoles", BARE)):
        each = np.sort(board["each"])
        left.step(each, np.arange(1, len(each) + 1) / len(each) * 100, where="post", label=label, color=colour)
    left.axvline(200, color=AIM, linestyle="--", linewidth=1, label="aim for p99, idle")
    left.set_xlim(left=0)
    left.set_title("press → row on the board (ms), % of presses")
    left.legend(frameon=False, loc="lower right")
    talk = results["talk"]
    bars = right.bar(["cabin →\nbrowser", "browser →\ncabin"], [talk["to_browser"]["p50"], talk["to_cabin"]["p50"]], 0.5, color=OURS)
    right.bar_label(bars, fmt="%.0f")
    right.axhline(150, color=AIM, linestyle="--", linewidth=1)
    right.set_title("mouth → ear (ms, median)")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
