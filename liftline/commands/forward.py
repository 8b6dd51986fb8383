"""`liftline forward`: what waits to be sent to the city's platform, and sending again what it refused."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from liftline.commands.kit import console
from liftline.supervision.instance import settings_of_instance

if TYPE_CHECKING:
    from sqlalchemy import Engine

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

SHOWN = 50


@command.command()
def status() -> None:
    """Show what waits, since when, and what was put aside; the exit code is 1 when something was."""
    from sqlalchemy import select

    from forwarding.queue import stats
    from store.models import OutboxMessage, OutboxState, Platform
    from store.session import read_scope

    settings = settings_of_instance()
    engine = _engine()
    with read_scope(engine) as session:
        row = session.get(Platform, 1)
        query = select(OutboxMessage).where(OutboxMessage.state == OutboxState.DEAD)
        dead = session.scalars(query.order_by(OutboxMessage.id).limit(SHOWN)).all()
    found = stats(engine)
    where = settings.platform_url or "nowhere: LIFTLINE_PLATFORM_URL is not set"
    console.print(f"to  {where}" + ("" if row and row.enabled else "  [yellow](nothing is queued)[/]"))
    since = f", the oldest since {found.oldest.isoformat(timespec='seconds')}" if found.oldest else ""
    console.print(f"waiting  {found.pending}{since}")
    console.print(f"put aside  {found.dead}")
    if dead:
        table = Table("id", "lift", "kind", "at", "why")
        for message in dead:
            at = message.at.isoformat(timespec="seconds")
            table.add_row(str(message.id), message.device_code or "", message.kind, at, message.last_error or "")
        console.print(table)
        raise typer.Exit(1)


@command.command()
def resend(
    message: Annotated[int | None, typer.Argument(help="Id of one message; all of them without.")] = None,
) -> None:
    """Send again what the platform refused. Its number and key stay the same: the platform sees the gap filled."""
    from forwarding.queue import resend as put_back
    from store.audit import Actor, note, set_actor
    from store.models import ActorKind
    from store.session import session_scope

    with session_scope(_engine()) as session:
        set_actor(session, Actor(ActorKind.COMMAND, getpass.getuser()))
        count = put_back(session, datetime.now(UTC), message)
        note(session, "forwarding.resend", subject="outbox_messages", subject_id=message, detail={"messages": count})
    console.print(f"{count} put back into the queue")
    if message is not None and not count:
        raise typer.Exit(1)


def _engine() -> Engine:
    from store.session import make_engine

    return make_engine(settings_of_instance().database_url)
