"""Compares the estate in the database with what the call plane knows of it in the AstDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialplan.names import Family
from liftline.supervision.asterisk_console import astdb

if TYPE_CHECKING:
    from liftline.settings import Settings


def plans(settings: Settings) -> dict[str, str]:
    """Return device code → plan as the switch has it; raise `OSError` when there is no AstDB yet."""
    lifts = astdb(settings, Family.LIFT)
    return {key.rpartition("/")[0]: value for key, value in lifts.items() if key.endswith("/plan")}


def unknown_lifts(settings: Settings) -> list[str]:
    """Return active lifts of the database that the switch does not know.

    Raises `OSError` when there is no AstDB yet, `sqlalchemy.exc.SQLAlchemyError` when the database is away.
    """
    # SQLAlchemy takes half a second to import, and `up` imports this module before it has shown anything.
    from sqlalchemy import select  # noqa: PLC0415

    from store.models import Lift  # noqa: PLC0415
    from store.session import make_engine, read_scope  # noqa: PLC0415

    with read_scope(make_engine(settings.database_url)) as session:
        wanted = set(session.scalars(select(Lift.device_code).where(Lift.active)))
    return sorted(wanted - set(plans(settings)))


def routing(settings: Settings) -> str | None:
    """Say what is missing before every lift's alarm finds its people; None when nothing is (a health probe)."""
    try:
        unknown = unknown_lifts(settings)
    except OSError as error:
        return str(error)
    return f"{len(unknown)} lifts are not pushed to the switch yet" if unknown else None
