"""The results as JSON and as tables."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final, TypedDict

from bench.report import Table
from sensing.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

    from bench.detection.measure import Line
    from bench.verdict import Verdict

RECALL: Final = 0.99
"""Aim for entrapments at realistic noise."""
DELAY_S: Final = 1.0
"""Aim beyond the rule's waiting time, median."""
JUDGED: Final = "realistic"


class Results(TypedDict):
    """Everything one run found."""

    load: str
    machine: dict[str, str | int | float | bool]
    traces: int
    events: int
    events_per_s: float
    """Through the simulator and detection, all workers together."""
    seconds: float
    aims: list[Verdict]
    lines: list[Line]


def aims(lines: list[Line]) -> list[Verdict]:
    """Judge the run at realistic noise."""
    judged = [one for one in lines if one["noise"] == JUDGED]
    trapped = [one for one in judged if "entrapment" in SCENARIOS[one["scenario"]].expects]
    harmless = [one for one in judged if SCENARIOS[one["scenario"]].harmless]
    labels, found = sum(one["labels"] for one in trapped), sum(one["found"] for one in trapped)
    false, traces = sum(one["false"] for one in harmless), sum(one["traces"] for one in harmless)
    prompt = [one["delay"]["p50"] for one in trapped if not SCENARIOS[one["scenario"]].outage]
    late = max(prompt, default=math.inf)
    return [
        {
            "what": "entrapments found (recall), realistic noise",
            "aim": f"≥ {RECALL:g}",
            "found": f"{found / labels:.4f} ({found} of {labels})" if labels else "none",
            "held": bool(labels) and found / labels >= RECALL,
        },
        {
            "what": "harmless traces in which somebody would be called, realistic noise",
            "aim": "0",
            "found": f"{false} of {traces}",
            "held": false == 0,
        },
        {
            "what": "median delay beyond the rule's waiting time, worst scenario with a network",
            "aim": f"≤ {DELAY_S:g} s",
            "found": f"{late:.2f} s",
            "held": late <= DELAY_S,
        },
    ]


def tables(results: Results) -> list[Table]:
    """Return what people read."""
    made = [
        Table(
            "Aims",
            ("what", "aim", "found", ""),
            [(one["what"], one["aim"], one["found"], "held" if one["held"] else "MISSED") for one in results["aims"]],
        )
    ]
    head = (
        "scenario",
        "traces",
        "recall",
        "precision",
        "false",
        "told again",
        "delay p50 / p99 / max (s)",
        "warnings ±",
    )
    for noise in dict.fromkeys(one["noise"] for one in results["lines"]):
        rows = [_row(one) for one in results["lines"] if one["noise"] == noise]
        made.append(Table(f"Noise: {noise}", head, rows))
    return made


def _row(line: Line) -> tuple[str, ...]:
    delay = line["delay"]
    return (
        line["scenario"],
        str(line["traces"]),
        _share(line["recall"]),
        _share(line["precision"]),
        str(line["false"]),
        str(line["repeats"]),
        f"{delay['p50']:.1f} / {delay['p99']:.1f} / {delay['max']:.1f}" if delay["count"] else "",
        f"−{line['warnings_missed']} +{line['warnings_unexpected']}",
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def machine_line(results: Results) -> str:
    """Return on what and when, in one line."""
    facts = results["machine"]
    return (
        f"{facts['at']} · {facts['cores']} cores {facts['processor']}, Python {facts['python']} · load before "
        f"the run {facts['load_before']} · revision {facts['revision']} · {results['traces']} traces, "
        f"{results['events']} events, {results['events_per_s']:.0f} events/s · {results['load']} run, "
        f"{results['seconds']:.0f} s"
    )


def write(results: Results, folder: Path) -> list[Path]:
    """Write `detection.json` and `detection.md`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(_finite(results), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    parts = ["# Benchmark: detection", machine_line(results)]
    for table in tables(results):
        rows = [table.head, ("---",) * len(table.head), *table.rows]
        parts.append("\n".join([f"## {table.title}", "", *(f"| {' | '.join(row)} |" for row in rows)]))
    (folder / "detection.json").write_text(document, encoding="utf-8")
    (folder / "detection.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return [folder / "detection.json", folder / "detection.md"]


def _finite(value: object) -> object:
    """Return the value with null for what was never measured: JSON knows no infinity."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
