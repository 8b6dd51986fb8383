"""`python -m bench`: run the benchmark, print and write the results."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table as RichTable

from bench.facts import facts
from bench.load import FULL, QUICK
from bench.phases import measure_capacity, measure_cost, measure_press
from bench.ports import PORT_BASE, Ports
from bench.report import Results, cost_table, machine_line, press_table, steps_table, tables, write
from bench.rig import rig
from bench.stage import StageError
from bench.verdict import verdicts
from liftline.runtime.programs import ProgramMissingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.load import Load
    from bench.report import Table

RESULTS: Final = Path(__file__).with_name("results")
PRESS, COST, SIMULTANEOUS = PHASES = ("press", "cost", "simultaneous")


def main() -> int:
    """Run; return 0 when every aim is held, 1 when one is missed, 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run of under two minutes, to see that all works")
    parser.add_argument("--phase", choices=PHASES, help="this phase alone; prints what it found and writes nothing")
    parser.add_argument("--alarms", type=int, help="the only step of the simultaneous phase")
    parser.add_argument("--port-base", type=int, default=PORT_BASE, help="first port used (default %(default)s)")
    parser.add_argument("--out", type=Path, help="folder for the results (default bench/results; none for --quick)")
    parser.add_argument("--keep", action="store_true", help="leave the instance's folder for a look")
    given = parser.parse_args()
    console = Console(stderr=True)
    load = QUICK if given.quick else FULL
    if given.alarms:
        load = replace(load, steps=(given.alarms,), aim_step=given.alarms)
    ports = Ports(given.port_base)
    out = Console()
    try:
        if given.phase:
            _show(out, run_phase(given.phase, load, ports, console, keep=given.keep))
            return 0
        results = run(load, ports, console, keep=given.keep)
    except PermissionError:
        console.print("error: watching the wire needs root (CAP_NET_RAW)", style="red")
        return 2
    except (StageError, ProgramMissingError) as error:
        console.print(f"error: {error}", style="red")
        return 2
    out.print(machine_line(results), style="dim")
    for table in tables(results):
        _show(out, table)
    folder = given.out or (None if given.quick else RESULTS)
    if folder:
        for path in write(results, folder):
            out.print(f"written: {path}")
    return 0 if all(one["held"] for one in results["aims"]) else 1


def _show(out: Console, table: Table) -> None:
    shown = RichTable(*table.head, title=table.title, title_justify="left")
    for row in table.rows:
        shown.add_row(*row)
    out.print(shown)


def run_phase(phase: str, load: Load, ports: Ports, console: Console, *, keep: bool) -> Table:
    """Run one of `PHASES` and return what it found."""
    say = _teller(console)
    lifts = max(load.steps) if phase == SIMULTANEOUS else load.lifts
    with rig(ports, lifts, say, keep=keep) as running:
        if phase == PRESS:
            return press_table(measure_press(running, load, say))
        if phase == COST:
            return cost_table(measure_cost(running, load, say))
        return steps_table(measure_capacity(running, load, say))


def _teller(console: Console) -> Callable[[str], None]:
    began = time.monotonic()

    def say(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {what}", highlight=False)

    return say


def run(load: Load, ports: Ports, console: Console, *, keep: bool) -> Results:
    """Run all phases and return what they found."""
    began, say = time.monotonic(), _teller(console)
    with rig(ports, load.lifts, say, keep=keep) as running:
        machine = facts(running.settings)
        press = measure_press(running, load, say)
        cost = measure_cost(running, load, say)
        steps = measure_capacity(running, load, say)
        say("cleaning up")
    return Results(
        load=load.name,
        machine=machine,
        aims=verdicts(load, press, cost, steps),
        press=press,
        cost=cost,
        simultaneous=steps,
        seconds=round(time.monotonic() - began, 1),
    )


if __name__ == "__main__":
    sys.exit(main())
