"""The rota as values."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from escalation.plan import Target
from escalation.rota import DAYS_AHEAD, Shift, Slot, slots
from store.models import DutyShift, Organization, OrganizationKind
from store.repositories.phones import active_of, target_of


def shifts_between(session: Session, organization_id: int, since: datetime, until: datetime) -> list[Shift]:
    """Shifts of an organization that touch the time from `since` to `until`; phones out of use are left out."""
    rows = session.scalars(
        select(DutyShift)
        .where(DutyShift.organization_id == organization_id, DutyShift.ends_at > since, DutyShift.starts_at < until)
        .options(joinedload(DutyShift.phone))
        .order_by(DutyShift.starts_at, DutyShift.position, DutyShift.id)
    )
    return [
        Shift(row.organization_id, target_of(row.phone), row.starts_at, row.ends_at, row.position)
        for row in rows
        if row.phone.active and (row.phone.person is None or row.phone.person.active)
    ]


def everyone(session: Session, organization_id: int) -> list[Target]:
    """All phones of an organization that may be rung: who is called in a gap of the rota."""
    return [target_of(phone) for phone in active_of(session, [organization_id])[organization_id]]


def planned(session: Session, since: datetime, days: int = DAYS_AHEAD) -> dict[int, tuple[Slot, ...]]:
    """Duty of each active maintainer from `since` on, ready for `escalation.rota.duty_days`."""
    until = since + timedelta(days=days)
    ids = session.scalars(
        select(Organization.id).where(Organization.kind == OrganizationKind.MAINTAINER, Organization.active)
    ).all()
    return {
        one: slots(shifts_between(session, one, since, until), one, everyone(session, one), since, days) for one in ids
    }
