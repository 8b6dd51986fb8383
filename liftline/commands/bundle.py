"""`liftline bundle`: everything about one incident in one ZIP that proves it, off line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from liftline.commands.kit import console
from liftline.settings import get_settings

NOT_MADE = 1


def command(
    number: Annotated[str, typer.Argument(help="Of the incident: 20261122-0001.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The ZIP.", dir_okay=False)] = None,
) -> None:
    """Make the evidence bundle of an incident; who made it is recorded in its timeline afterwards."""
    from evidence.bundle.access import note_export
    from evidence.bundle.contents import NotProvenError
    from evidence.bundle.make import NoSuchIncidentError, make_bundle
    from evidence.log.keys import KeyMissingError
    from store.session import make_engine, session_scope

    settings = get_settings()
    engine = make_engine(settings.database_url)
    now = datetime.now(UTC)
    target = output or Path(f"evidence-{number}.zip")
    try:
        made = make_bundle(settings, engine, number, target, now)
        with session_scope(engine) as session:
            note_export(session, number, made.sha256, "liftline bundle", now)
    except (NoSuchIncidentError, NotProvenError, KeyMissingError) as error:
        typer.secho(f"error: {error}", fg="red", err=True)
        raise typer.Exit(NOT_MADE) from None
    finally:
        engine.dispose()
    console.print(f"{made.path}  {made.records} records, {made.files} files, {made.bytes:,} bytes", soft_wrap=True)
    console.print(f"SHA-256 {made.sha256}", soft_wrap=True)
