"""`liftline simulate lift`: events of a lift in a scenario, one JSON object a line, as a gateway would send them."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from liftline.commands.kit import console

if TYPE_CHECKING:
    from sensing.simulator.trace import Trace

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

DEVICE_CODE: Final = re.compile(r"[0-9A-Za-z-]{5,32}")


class Level(StrEnum):
    """How bad sensors and network are."""

    CLEAN = "clean"
    REALISTIC = "realistic"
    HARSH = "harsh"


@command.callback()
def simulate() -> None:
    """Make what real equipment would send."""


@command.command()
def lift(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    scenario: Annotated[str | None, typer.Option(help="What happens; --list shows the choice.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Show the scenarios, one line each.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed makes the same events.")] = 1,
    minutes: Annotated[
        float, typer.Option(min=0, max=1440, help="Go on with ordinary traffic for so long in all; 0: the story alone.")
    ] = 0,
    noise: Annotated[Level, typer.Option(help="How bad sensors and network are.")] = Level.REALISTIC,
    device_code: Annotated[str | None, typer.Option(help="设备代码 of the lift whose events these are.")] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"], help="When it begins, UTC; else so that it ends now."
        ),
    ] = None,
    out: Annotated[str, typer.Option(help="A file, or - for standard output.")] = "-",
    labels: Annotated[
        Path | None, typer.Option(help="Write what is true of the events into this file, as JSON.")
    ] = None,
) -> None:
    """A lift's sensors in a scenario: events as NDJSON, in the order in which they would arrive."""
    from sensing.simulator.scenarios import SCENARIOS
    from sensing.simulator.trace import DEVICE_CODE as SOMEBODYS
    from sensing.simulator.trace import NOISES, make

    if listing:
        for one in SCENARIOS.values():
            console.print(f"{one.name:<22}{one.says}", soft_wrap=True)
        return
    if scenario not in SCENARIOS:
        raise typer.BadParameter(f"{scenario!r} is none of them; --list shows the choice", param_hint="--scenario")
    if device_code is not None and not DEVICE_CODE.fullmatch(device_code):
        raise typer.BadParameter("5 to 32 letters, digits or -", param_hint="--device-code")
    begin = datetime.now(UTC) if start is None else start.replace(tzinfo=UTC)
    code = device_code or SOMEBODYS
    trace = make(SCENARIOS[scenario], seed, begin, noise=NOISES[noise.value], minutes=minutes, device_code=code)
    if start is None:  # the same story again, to end now: events from the future are refused
        begin -= timedelta(seconds=trace.seconds)
        trace = make(SCENARIOS[scenario], seed, begin, noise=NOISES[noise.value], minutes=minutes, device_code=code)
    _write(trace, out)
    if labels is not None:
        labels.write_text(json.dumps(_labels(trace), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write(trace: Trace, out: str) -> None:
    from sensing.events import to_json

    lines = (json.dumps(to_json(one), ensure_ascii=False, separators=(",", ":")) + "\n" for one in trace.events)
    if out == "-":
        sys.stdout.writelines(lines)
        return
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(lines)


def _labels(trace: Trace) -> dict[str, object]:
    return {
        "scenario": trace.scenario,
        "seed": trace.seed,
        "device_code": trace.device_code,
        "start": trace.start.isoformat(),
        "end": trace.end.isoformat(),
        "labels": [
            {"condition": one.condition, "rule": one.rule, "start_s": one.start_s, "end_s": one.end_s}
            for one in trace.labels
        ],
    }
