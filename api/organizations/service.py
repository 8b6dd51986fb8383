"""Organizations: queries and changes."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.organizations.filters import OrganizationFilters
from api.organizations.schemas import OrganizationIn, OrganizationPatch
from store.models import Organization


def listed(caller: Principal, filters: OrganizationFilters) -> Select[Organization]:
    """Return the statement for the organizations that the caller sees."""
    statement = select(Organization).where(scope.organizations(caller))
    if filters.kind is not None:
        statement = statement.where(Organization.kind == filters.kind)
    if filters.q is not None:
        statement = statement.where(rows.contains(Organization.name, filters.q))
    if filters.active is not None:
        statement = statement.where(Organization.active == filters.active)
    return statement


def find(session: Session, caller: Principal, organization_id: int) -> Organization:
    """Return one that the caller sees; raise `Problem` (404)."""
    statement = select(Organization).where(Organization.id == organization_id, scope.organizations(caller))
    return rows.one(session, statement)


def create(session: Session, new: OrganizationIn) -> Organization:
    """Add one; raise `Problem` (409) when name or credit code is taken."""
    rows.ensure_free(session, Organization.name, new.name)
    rows.ensure_free(session, Organization.credit_code, new.credit_code)
    return rows.add(session, Organization(**new.model_dump(), active=True))


def change(session: Session, row: Organization, patch: OrganizationPatch) -> Organization:
    """Change one; raise `Problem` (409) when name or credit code is taken."""
    changes = patch.changes()
    rows.ensure_free(session, Organization.name, changes.get("name"), except_id=row.id)
    rows.ensure_free(session, Organization.credit_code, changes.get("credit_code"), except_id=row.id)
    return rows.change(session, row, changes)
