"""`liftline gateway`: tools for those who connect gateways."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from liftline.gateway import Summary

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

KEY_VARIABLE = "LIFTLINE_GATEWAY_KEY"
REFUSED = 1
UNREACHABLE = 2
_SHOWN_REFUSALS = 20


@command.callback()
def gateway() -> None:
    """Tools for those who connect gateways (docs/gateway.md)."""


@command.command()
def replay(
    file: Annotated[Path, typer.Argument(help="NDJSON: one event a line.", exists=True, dir_okay=False, readable=True)],
    url: Annotated[str, typer.Option(help="Address of Liftline.")] = "http://127.0.0.1:8080",
    key: Annotated[str, typer.Option(envvar=KEY_VARIABLE, help="The gateway's key.")] = "",
    speed: Annotated[float, typer.Option(min=0, help="1: as it happened; 60: sixty times as fast; 0: at once.")] = 0.0,
    now: Annotated[bool, typer.Option("--now", help="Move all times, so that the first event happens now.")] = False,
    patience: Annotated[float, typer.Option(min=1, help="Seconds to wait for a Liftline that is away.")] = 60.0,
) -> None:
    """Send a file of events as a gateway would, and say what became of them.

    Exit code 1: some were refused; 2: Liftline could not be reached, or refuses the key.
    """
    import httpx

    from liftline.commands.kit import console
    from liftline.gateway import Client, Outbox, RefusedError

    if not key:
        raise typer.BadParameter(f"give the gateway's key, best in {KEY_VARIABLE}", param_hint="--key")
    refusals: list[str] = []

    def note(event: dict[str, Any], verdict: dict[str, Any]) -> None:
        if len(refusals) < _SHOWN_REFUSALS:
            refusals.append(f"{event.get('event_id')}: {verdict.get('reason')}: {verdict.get('detail')}")

    lines = _read(file)
    with (
        tempfile.TemporaryDirectory() as folder,
        Outbox(Path(folder) / "outbox.db") as outbox,
        Client(url, key, outbox, on_refused=note, patience_s=patience) as client,
    ):
        try:
            for batch in _paced(lines, speed, moved=now):
                outbox.put(*batch)
                client.flush()
                console.print(f"  {client.summary.total} of {len(lines)}", end="\r")
        except (httpx.HTTPError, RefusedError) as error:
            typer.secho(f"error: {url}: {error}", fg="red", err=True)
            raise typer.Exit(UNREACHABLE) from None
        finally:
            _show(client.summary, refusals)
    if client.summary.verdicts["refused"]:
        raise typer.Exit(REFUSED)


def _show(summary: Summary, refusals: list[str]) -> None:
    from rich.table import Table

    from liftline.commands.kit import console

    table = Table("已存 stored", "重复 duplicate", "拒收 refused")
    table.add_row(*(str(summary.verdicts[name]) for name in ("stored", "duplicate", "refused")))
    console.print(table)
    for reason, number in summary.reasons.most_common():
        console.print(f"{number} × {reason}")
    for line in refusals:
        console.print(f"[dim]{line}[/]", highlight=False)


def _read(file: Path) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError as error:
            raise typer.BadParameter(f"line {number} is no JSON: {error}", param_hint="FILE") from None
        if not isinstance(event, dict):
            raise typer.BadParameter(f"line {number} is no event", param_hint="FILE")
        found.append(event)
    return found


def _paced(events: list[dict[str, Any]], speed: float, *, moved: bool) -> Iterator[list[dict[str, Any]]]:
    """Give events in batches: at once, or when their time has come."""
    moments = [_moment(event) for event in events]
    first = next((at for at in moments if at is not None), None)
    shift = datetime.now(UTC) - first if moved and first is not None else timedelta()
    began = time.monotonic()
    batch: list[dict[str, Any]] = []
    for event, at in zip(events, moments, strict=True):
        if at is not None and first is not None and speed > 0:
            wait = (at - first).total_seconds() / speed - (time.monotonic() - began)
            if wait > 0 and batch:
                yield batch
                batch = []
            time.sleep(max(0.0, wait))
        batch.append(event if at is None or not moved else event | {"occurred_at": (at + shift).isoformat()})
        if len(batch) >= 100:  # noqa: PLR2004 - a batch
            yield batch
            batch = []
    if batch:
        yield batch


def _moment(event: dict[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(event["occurred_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else None
