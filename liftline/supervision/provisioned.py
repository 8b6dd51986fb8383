"""Compares the estate in the database with what the call plane knows of it in the AstDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialplan.names import PARTS_MARK, Family
from liftline.supervision.asterisk_console import astdb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liftline.settings import Settings


def plans(settings: Settings) -> dict[str, str]:
    """Return device code → plan as the switch has it; raise `OSError` when there is no AstDB yet."""
    lifts, parts = astdb(settings, Family.LIFT), astdb(settings, Family.PART)
    return {key.rpartition("/")[0]: _whole(plan, parts) for key, plan in lifts.items() if key.endswith("/plan")}


def _whole(plan: str, parts: Mapping[str, str]) -> str:
    """Put a plan that is kept in parts together, as the dialplan's `ll-plan` does."""
    if not plan.startswith(PARTS_MARK):
        return plan
    return "".join(parts.get(name, "") for name in plan.removeprefix(PARTS_MARK).split(","))


def unknown_lifts(settings: Settings) -> list[str]:
    """Return active lifts of the database that the switch does not know.

    Raises `OSError` when there is no AstDB yet, `sqlalchemy.exc.SQLAlchemyError` when the database is away.
    """
    return sorted(_active_lifts(settings) - set(plans(settings)))


def extra_lifts(settings: Settings) -> list[str]:
    """Return lifts that the switch knows and the database does not have active. Raises as `unknown_lifts` does."""
    return sorted(set(plans(settings)) - _active_lifts(settings))


def _active_lifts(settings: Settings) -> set[str]:
    # SQLAlchemy takes half a second to import, and `up` imports this module before it has shown anything.
    from sqlalchemy import select  # noqa: PLC0415

    from store.models import Lift  # noqa: PLC0415
    from store.session import make_engine, read_scope  # noqa: PLC0415

    with read_scope(make_engine(settings.database_url)) as session:
        return set(session.scalars(select(Lift.device_code).where(Lift.active)))


def routing(settings: Settings) -> str | None:
    """Say what is missing before every lift's alarm finds its people; None when nothing is (a health probe)."""
    try:
        unknown = unknown_lifts(settings)
    except OSError as error:
        return str(error)
    return f"{len(unknown)} lifts are not pushed to the switch yet" if unknown else None
