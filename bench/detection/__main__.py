"""`python -m bench.detection`: how well detection sees, scenario by scenario."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table as RichTable

from bench.detection.measure import measure
from bench.detection.report import Results, aims, machine_line, tables, write
from bench.facts import machine

RESULTS: Final = Path(__file__).parent.parent / "results"
FULL: Final = {"realistic": 24, "clean": 4, "harsh": 8}
"""Traces of each scenario at each level of noise."""
QUICK: Final = {"realistic": 4, "harsh": 1}


def main() -> int:
    """Run; return 0 when every aim is held, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.detection", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few traces only, to see that all works")
    parser.add_argument("--out", type=Path, help="folder for the results (default bench/results; none for --quick)")
    given = parser.parse_args()
    found = run("quick", QUICK) if given.quick else run("full", FULL)
    out = Console()
    out.print(machine_line(found), style="dim")
    for table in tables(found):
        shown = RichTable(*table.head, title=table.title, title_justify="left")
        for row in table.rows:
            shown.add_row(*row)
        out.print(shown)
    folder = given.out or (None if given.quick else RESULTS)
    if folder:
        for path in write(found, folder):
            out.print(f"written: {path}")
    return 0 if all(one["held"] for one in found["aims"]) else 1


def run(load: str, plan: dict[str, int]) -> Results:
    """Score all traces of a plan and return what was found."""
    facts = machine()
    began = time.monotonic()
    lines = measure(plan, os.cpu_count() or 1)
    seconds = time.monotonic() - began
    events = sum(one["events"] for one in lines)
    return Results(
        load=load,
        machine=facts,
        traces=sum(one["traces"] for one in lines),
        events=events,
        events_per_s=round(events / seconds),
        seconds=round(seconds, 1),
        aims=aims(lines),
        lines=lines,
    )


if __name__ == "__main__":
    sys.exit(main())
