"""The rota: queries and changes. Who is called is worked out by `escalation.rota`, ahead of time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.organizations import service as organizations
from api.phones.schemas import PhoneOut
from api.rota.filters import ShiftFilters
from api.rota.schemas import OnDutyOut, ShiftIn
from store.models import DutyShift, Phone


def listed(caller: Principal, filters: ShiftFilters) -> Select[DutyShift]:
    """Return the statement for the shifts that the caller sees."""
    statement = select(DutyShift).where(scope.shifts(caller))
    if filters.organization_id is not None:
        statement = statement.where(DutyShift.organization_id == filters.organization_id)
    if filters.phone_id is not None:
        statement = statement.where(DutyShift.phone_id == filters.phone_id)
    if filters.since is not None:
        statement = statement.where(DutyShift.ends_at > filters.since)
    if filters.until is not None:
        statement = statement.where(DutyShift.starts_at < filters.until)
    return statement


def find(session: Session, caller: Principal, shift_id: int) -> DutyShift:
    """Return one that the caller sees; raise `Problem` (404)."""
    return rows.one(session, select(DutyShift).where(DutyShift.id == shift_id, scope.shifts(caller)))


def create(session: Session, caller: Principal, new: ShiftIn) -> DutyShift:
    """Add one. Raise `Problem`: 403 for another organization, 422 for times or a phone that cannot be."""
    _check(session, caller, new)
    return rows.add(session, DutyShift(**new.model_dump()))


def replace(session: Session, caller: Principal, row: DutyShift, new: ShiftIn) -> DutyShift:
    """Put a shift in the place of one; raise `Problem` as `create` does."""
    _check(session, caller, new)
    return rows.change(session, row, new.model_dump())


def on_duty(session: Session, caller: Principal, organization_id: int, at: datetime) -> OnDutyOut:
    """Return the phones on duty at a moment; raise `Problem` (404) for an organization out of sight."""
    if not scope.own_organization(caller, organization_id):
        raise Problem(ProblemType.NOT_FOUND)
    organization = organizations.find(session, caller, organization_id)
    statement = (
        select(Phone)
        .join(DutyShift, DutyShift.phone_id == Phone.id)
        .where(DutyShift.organization_id == organization.id, DutyShift.starts_at <= at, DutyShift.ends_at > at)
        .where(Phone.active)
        .order_by(DutyShift.position, DutyShift.starts_at, Phone.address)
    )
    phones = dict.fromkeys(session.scalars(statement))
    return OnDutyOut(
        organization_id=organization.id, at=at, phones=[PhoneOut.model_validate(phone) for phone in phones]
    )


def _check(session: Session, caller: Principal, new: ShiftIn) -> None:
    organization = organizations.find(session, caller, new.organization_id)
    if not scope.own_organization(caller, organization.id):
        raise Problem(ProblemType.FORBIDDEN)
    if new.ends_at <= new.starts_at:
        raise invalid_field("#/ends_at", "order", Text("结束时间须晚于开始时间。", "It must end after it begins."))
    phone = session.get(Phone, new.phone_id)
    if phone is None or phone.organization_id != organization.id:
        detail = Text("该话机不属于这个单位。", "This phone does not belong to the organization.")
        raise invalid_field("#/phone_id", "unknown", detail)
