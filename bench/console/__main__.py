"""`python -m bench.console`: how soon the centre sees a press, and how late it hears a voice."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from bench.console.board import Board, measure_board
from bench.console.plot import draw
from bench.console.stand import stand
from bench.console.talk import Talk, measure_talk
from bench.facts import facts
from bench.figures import Spread
from bench.ports import PORT_BASE
from bench.stage import StageError

RESULTS: Final = Path(__file__).parents[1] / "results"
IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
ROW_MS: Final = 200.0
EAR_MS: Final = 150.0


def main() -> int:
    """Run; return 0 when every aim is held, 1 when one is missed, 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few presses and one call, to see that all works")
    parser.add_argument("--port-base", type=int, default=PORT_BASE, help="first port used (default %(default)s)")
    given = parser.parse_args()
    log = Console(stderr=True)
    try:
        results = run(log, given.port_base, quick=given.quick)
    except StageError as error:
        log.print(f"error: {error}", style="red")
        return 2
    text = markdown(results)
    print(text)
    if not given.quick:
        RESULTS.mkdir(exist_ok=True)
        document = json.dumps(_finite(results), ensure_ascii=False, indent=2, allow_nan=False)
        (RESULTS / "console.json").write_text(document + "\n", encoding="utf-8")
        (RESULTS / "console.md").write_text(text, encoding="utf-8")
        draw(results, IMAGES / "bench-console.svg")
    return 0 if all(held for _what, _aim, _found, held in aims(results)) else 1


def run(log: Console, port_base: int, *, quick: bool) -> dict[str, Any]:
    """Measure everything, under four minutes."""
    began = time.monotonic()

    def say(what: str) -> None:
        log.print(f"[dim]{time.monotonic() - began:5.0f} s[/]  {what}", highlight=False)

    say("an instance with the sample estate")
    with stand(port_base) as running:
        machine = facts(running.settings)
        say("press → board, idle")
        idle = measure_board(running, 10 if quick else 100, open_before=0, consoles=1)
        say("press → board, 200 open incidents, 20 consoles")
        busy = measure_board(running, 5 if quick else 50, open_before=200, consoles=20)
        say("mouth → ear")
        talk = measure_talk(running, 1 if quick else 2)
        say("cleaning up")
    seconds = round(time.monotonic() - began, 1)
    return {"machine": machine, "idle": idle, "busy": busy, "talk": talk, "seconds": seconds}


def aims(results: dict[str, Any]) -> list[tuple[str, float, float, bool]]:
    """Return what was aimed at: what, aim and finding in ms, held."""
    talk: Talk = results["talk"]
    idle: Board = results["idle"]
    found = [
        ("press → row, idle, p99", ROW_MS, idle["to_row"]["p99"]),
        ("cabin → browser, median", EAR_MS, talk["to_browser"]["p50"]),
        ("browser → cabin, median", EAR_MS, talk["to_cabin"]["p50"]),
    ]
    return [(what, aim, value, value <= aim) for what, aim, value in found]


def markdown(results: dict[str, Any]) -> str:
    """Return the tables."""
    machine = results["machine"]
    lines = [
        "# Benchmark of the console",
        "",
        f"{machine['at']} · {machine['cores']} cores {machine['processor']}, {machine['memory_gb']} GB, Linux "
        f"{machine['kernel']} · Asterisk {machine['asterisk']}, {machine['database']} · load before the run "
        f"{machine['load_before']} · revision {machine['revision']} · {results['seconds']:.0f} s",
        "",
        "| what | aim (ms) | found (ms) | |",
        "|---|---|---|---|",
        *(f"| {what} | {aim:.0f} | {value:.0f} | {'held' if held else 'MISSED'} |" for what, aim, value, held in aims(results)),
        "",
        "| ms | count | p50 | p99 | max |",
        "|---|---|---|---|---|",
    ]
    for label, board in (("idle", results["idle"]), ("200 open, 20 consoles", results["busy"])):
        lines += [_row(f"press → alarm on record, {label}", board["to_record"]), _row(f"press → row, {label}", board["to_row"])]
    lines += [_row("cabin → browser", results["talk"]["to_browser"]), _row("browser → cabin", results["talk"]["to_cabin"])]
    return "\n".join(lines) + "\n"


def _row(label: str, found: Spread) -> str:
    return f"| {label} | {found['count']} | {found['p50']:.0f} | {found['p99']:.0f} | {found['max']:.0f} |"


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    sys.exit(main())
