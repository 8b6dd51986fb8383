"""Which rows a caller sees, as SQL conditions. Every query of the API carries one of these.

A row out of sight does not exist for the caller: the answer is 404, never 403.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from api.auth.principal import Principal
from store.models import Call, DutyShift, Incident, Lift, Organization, OrganizationKind, Person, Phone, Plan, Recording
from store.models import UserRole as Role
from store.repositories import gateways


def lifts(caller: Principal) -> ColumnElement[bool]:
    """All, or those the own organization runs (property) or maintains (maintainer)."""
    if caller.sees_everything:
        return true()
    if caller.role is Role.GATEWAY:
        return gateways.bound(caller.id, caller.organization_id)
    if caller.organization_id is None:
        return false()
    column = Lift.property_id if caller.role is Role.PROPERTY else Lift.maintainer_id
    return column == caller.organization_id


def incidents(caller: Principal) -> ColumnElement[bool]:
    """Those of visible lifts; an unknown caller's incident belongs to no lift and only the centre sees it."""
    if caller.sees_everything:
        return true()
    return Incident.lift_id.in_(select(Lift.id).where(lifts(caller)))


def recordings(caller: Principal) -> ColumnElement[bool]:
    """Those of visible incidents, and of calls to visible lifts that belong to no incident."""
    if caller.sees_everything:
        return true()
    calls = select(Call.id).where(Call.lift_id.in_(select(Lift.id).where(lifts(caller))))
    return or_(
        Recording.incident_id.in_(select(Incident.id).where(incidents(caller))),
        (Recording.incident_id.is_(None)) & (Recording.call_id.in_(calls)),
    )


def organizations(caller: Principal) -> ColumnElement[bool]:
    """The own one, the other side of the own lifts, and the centre."""
    if caller.sees_everything:
        return true()
    other = select(Lift.maintainer_id if caller.role is Role.PROPERTY else Lift.property_id).where(lifts(caller))
    return or_(
        Organization.id == caller.organization_id,
        Organization.id.in_(other),
        Organization.kind == OrganizationKind.CENTRE,
    )


def people(caller: Principal) -> ColumnElement[bool]:
    """Those of the own organization."""
    return true() if caller.sees_everything else Person.organization_id == caller.organization_id


def phones(caller: Principal) -> ColumnElement[bool]:
    """Those of the own organization."""
    return true() if caller.sees_everything else Phone.organization_id == caller.organization_id


def shifts(caller: Principal) -> ColumnElement[bool]:
    """Those of the own organization."""
    return true() if caller.sees_everything else DutyShift.organization_id == caller.organization_id


def plans(caller: Principal) -> ColumnElement[bool]:
    """Those that visible lifts use."""
    if caller.sees_everything:
        return true()
    return Plan.id.in_(select(Lift.plan_id).where(lifts(caller), Lift.plan_id.is_not(None)))


def own_organization(caller: Principal, organization_id: int) -> bool:
    """Return whether the caller may change what belongs to the organization."""
    return caller.sees_everything or organization_id == caller.organization_id
