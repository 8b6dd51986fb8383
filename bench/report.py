"""The results as JSON, and as one set of tables for the terminal and for Markdown."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.capacity import Step
    from bench.figures import Spread
    from bench.phases import Cost, Press
    from bench.verdict import Verdict


class Results(TypedDict):
    """Everything one run found."""

    load: str
    machine: dict[str, str | int | float | bool]
    aims: list[Verdict]
    press: Press
    cost: Cost
    simultaneous: list[Step]
    seconds: float


@dataclass(frozen=True)
class Table:
    """Headed rows."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


def tables(results: Results) -> list[Table]:
    """Return what people read."""
    return [
        Table(
            "Aims",
            ("what", "aim", "found", ""),
            [(one["what"], one["aim"], one["found"], "held" if one["held"] else "MISSED") for one in results["aims"]],
        ),
        press_table(results["press"]),
        cost_table(results["cost"]),
        steps_table(results["simultaneous"]),
    ]


def press_table(press: Press) -> Table:
    """Return what the latency phase found."""
    return Table(
        f"Press → guard's INVITE at {press['rate']:g} presses/s (ms)",
        ("path", "presses", "p50", "p99", "max", "processor time per press (ms)"),
        [
            ("alarm", *_spread(press["alarm"]), f"{press['alarm_cpu_ms']:g}"),
            ("bare", *_spread(press["bare"]), f"{press['bare_cpu_ms']:g}"),
            (
                "alarm / bare",
                "",
                f"{press['p50_ratio']:g}×",
                f"{press['p99_ratio']:g}×",
                "",
                f"{press['alarm_cpu_ms'] / press['bare_cpu_ms']:.2f}×",
            ),
        ],
    )


def cost_table(cost: Cost) -> Table:
    """Return what the cost phase found."""
    alarm, bare = (", ".join(f"{one * 1000:.0f}" for one in cost[path]) for path in ("alarm", "bare"))
    return Table(
        f"Asterisk's processor time per call (ms; blocks of {cost['calls_per_block']} calls)",
        ("path", "median", "blocks"),
        [
            ("alarm", f"{cost['alarm_median'] * 1000:.0f}", alarm),
            ("bare", f"{cost['bare_median'] * 1000:.0f}", bare),
            ("alarm / bare", f"{cost['ratio']:g}×", ""),
        ],
    )


def steps_table(steps: list[Step]) -> Table:
    """Return what the capacity phase found."""
    return Table(
        "Simultaneous alarms, with prompts and recording (ms unless said otherwise)",
        ("", *(f"{step['alarms']} alarms" for step in steps)),
        [(name, *(show(step) for step in steps)) for name, show in _MEASURES.items()],
    )


def _spread(found: Spread) -> tuple[str, str, str, str]:
    return (str(found["count"]), f"{found['p50']:.1f}", f"{found['p99']:.1f}", f"{found['max']:.1f}")


def _tail(found: Spread) -> str:
    return f"{found['p50']:.0f} / {found['p99']:.0f} / {found['max']:.0f}"


_MEASURES: Final[dict[str, Callable[[Step], str]]] = {
    "lost": lambda step: "; ".join(step["lost"]) or "nothing",
    "tier-change error p50 / p99 / max": lambda step: _tail(step["tier_change_error"]),
    "press → guard's INVITE p50 / p99 / max": lambda step: _tail(step["press"]),
    "answer → first sound p50 / p99 / max": lambda step: _tail(step["first_packet"]),
    "longest gap a cabin heard p50 / p99 / max": lambda step: _tail(step["gap"]),
    "recording off its call by at most (s)": lambda step: f"{step['recording_error_s']['max']:.2f}",
    "collector lag p50 / p99 / max": lambda step: _tail(step["collector_lag"]),
    "recordings finished after (s)": lambda step: f"{step['finish_s']:.0f}",
    "Asterisk (busy cores)": lambda step: f"{step['asterisk_cores']:.2f}",
    "machine, load included (busy cores)": lambda step: f"{step['busy_cores']:.2f}",
    "of these not the benchmark's": lambda step: f"{step['foreign_cores']:.2f}",
    "busy cores in the busiest 10 s": lambda step: "; ".join(
        f"{name} {cores:.2f}" for name, cores in step["busiest_cores"].items()
    ),
}
"""The rows of the table of simultaneous alarms."""


def machine_line(results: Results) -> str:
    """Return on what and when, in one line."""
    facts = results["machine"]
    where = "virtual machine" if facts["virtual"] else "machine"
    return (
        f"{facts['at']} · {facts['cores']} cores {facts['processor']} ({where}), {facts['memory_gb']} GB, "
        f"Linux {facts['kernel']} · Asterisk {facts['asterisk']}, SIPp {facts['sipp']}, Python {facts['python']}, "
        f"{facts['database']} · load before the run {facts['load_before']} · revision {facts['revision']} · "
        f"{results['load']} run, {results['seconds']:.0f} s"
    )


def markdown(results: Results) -> str:
    """Return the tables as Markdown."""
    parts = [f"# Benchmark: {results['load']} run", machine_line(results)]
    for table in tables(results):
        lines = [f"## {table.title}", "", _row(table.head), _row(["---"] * len(table.head))]
        parts.append("\n".join([*lines, *map(_row, table.rows)]))
    return "\n\n".join(parts) + "\n"


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(results: Results, folder: Path) -> list[Path]:
    """Write `<load>.json` and `<load>.md`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / results["load"]
    text = {
        ".json": json.dumps(_finite(results), ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        ".md": markdown(results),
    }
    for suffix, content in text.items():
        stem.with_suffix(suffix).write_text(content, encoding="utf-8")
    return [stem.with_suffix(suffix) for suffix in text]


def _finite(value: object) -> object:
    """Return the value with null for what was never measured: JSON knows no infinity."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
