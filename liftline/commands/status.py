"""`liftline status`: processes, ports, registrations, the journal's last record, open incidents."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from liftline.certificates.names import console_url
from liftline.commands.kit import console
from liftline.parts import PartMissingError, part
from liftline.settings import Settings
from liftline.supervision import control
from liftline.supervision.asterisk_console import as_json, registered_accounts
from liftline.supervision.follow import last_lines
from liftline.supervision.instance import settings_of_instance
from liftline.supervision.ports import needed_ports


def command(as_document: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False) -> None:
    """Show processes, ports, registrations, open incidents; the exit code is 1 when nothing runs."""
    settings = settings_of_instance()
    found = gather(settings)
    if as_document:
        typer.echo(as_json(found))
    else:
        _show(settings, found)
    if not found["processes"]:
        raise typer.Exit(1)


def gather(settings: Settings) -> dict[str, Any]:
    """Collect the state of the instance; times are UTC."""
    return {
        "home": str(settings.home),
        "node": settings.node,
        "processes": [asdict(state) for state in control.states(settings)],
        "ports": [{"port": p.port, "protocol": p.protocol, "purpose": p.purpose} for p in needed_ports(settings)],
        "registrations": _registrations(settings),
        "journal": _last_record(settings),
        "open_incidents": _open_incidents(settings),
    }


def _registrations(settings: Settings) -> dict[str, bool]:
    try:
        return registered_accounts(settings)
    except OSError:
        return {}


def _last_record(settings: Settings) -> dict[str, Any] | None:
    try:
        lines = last_lines(settings.journal_file, 1)
        record: dict[str, Any] = json.loads(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    return {"at": record.get("eventtime"), "event": record.get("userdeftype") or record.get("eventtype")}


def _open_incidents(settings: Settings) -> list[dict[str, Any]]:
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    try:
        incident: Any = part("store.models", "Incident")
        lift: Any = part("store.models", "Lift")
        engine: Any = part("store.session", "make_engine")(settings.database_url)
        query = (
            select(incident.number, incident.state, incident.raised_at, lift.device_code, lift.name)
            .join(lift, isouter=True)
            .where(incident.state != "closed")
            .order_by(incident.raised_at)
        )
        with engine.connect() as connection:
            rows = connection.execute(query).all()
    except (PartMissingError, SQLAlchemyError, ValueError):
        return []
    return [
        {
            "number": row.number,
            "state": str(row.state),
            "raised_at": row.raised_at.isoformat(),
            "device_code": row.device_code,
            "lift": row.name,
        }
        for row in rows
    ]


def _show(settings: Settings, found: dict[str, Any]) -> None:
    console.print(f"[bold]{found['node']}[/]  {found['home']}  {console_url(settings)}")
    if not found["processes"]:
        console.print("[red]Nothing runs.[/] Start it with `liftline up`.")
    else:
        table = Table("process", "state", "pid", "for", "problem")
        for process in found["processes"]:
            running = process["state"] == "RUNNING"
            lasted = f"{(time.time() - process['since']) / 60:.0f} min" if running else ""
            colour = "green" if running else "red"
            problem = "" if running else process["problem"]
            table.add_row(process["name"], f"[{colour}]{process['state']}[/]", str(process["pid"]), lasted, problem)
        console.print(table)
    console.print("ports  " + "  ".join(f"{p['port']}/{p['protocol']} {p['purpose']}" for p in found["ports"]))
    registered = found["registrations"]
    console.print(f"registered  {sum(registered.values())} of {len(registered)} SIP accounts")
    journal = found["journal"]
    console.print(f"journal  {journal['event']} at {journal['at']}" if journal else "journal  no record yet")
    console.print(f"open incidents  {len(found['open_incidents'])}")
    for incident in found["open_incidents"]:
        console.print(f"  {incident['number']}  {incident['state']}  {incident['lift'] or 'unknown caller'}")
