"""`liftline evidence`: the key that signs the log's heads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from liftline.commands.kit import console
from liftline.settings import get_settings
from store.session import make_engine

if TYPE_CHECKING:
    from evidence.log.keys import KeyRing

command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
NO_KEY = 1


@command.command("key")
def show_key() -> None:
    """Print the public key in use; makes the first one. Give it to witnesses, and keep it where a court can find it."""
    from evidence.log.keys import KeyMissingError

    try:
        console.print(str(_ring().signer(datetime.now(UTC)).verifier), soft_wrap=True)
    except KeyMissingError as error:
        _fail(str(error))


@command.command("sign")
def sign() -> None:
    """Sign a head over all that is recorded by now, and print it."""
    from evidence.log.heads import RewrittenError, sign_now
    from evidence.log.keys import KeyMissingError

    settings = get_settings()
    ring = _ring()
    now = datetime.now(UTC)
    try:
        typer.echo(sign_now(ring.engine, ring.signer(now), now, settings.evidence_dir).note)
    except (KeyMissingError, RewrittenError) as error:
        _fail(str(error))


@command.command("rotate-key")
def rotate_key(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is gone: the new one comes in unsigned, which verify will say.")
    ] = False,
) -> None:
    """Put a new key in the place of the one in use, which signs the handover and is destroyed."""
    from evidence.log.keys import KeyMissingError

    try:
        old, new = _ring().rotate(datetime.now(UTC), lost=lost)
    except KeyMissingError as error:
        _fail(f"{error}; --lost puts an unsigned key in its place")
    console.print(f"old  {old or 'none'}\nnew  {new}", soft_wrap=True)


def _ring() -> KeyRing:
    import store
    from evidence.log.keys import KeyRing

    settings = get_settings()
    store.migrate(settings.database_url)
    return KeyRing(make_engine(settings.database_url), settings.secrets_dir, settings.evidence_name)


def _fail(message: str) -> NoReturn:
    typer.secho(f"error: {message}", fg="red", err=True)
    raise typer.Exit(NO_KEY)
