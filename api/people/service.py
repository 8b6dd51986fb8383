"""People: queries and changes."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.organizations import service as organizations
from api.people.filters import PersonFilters
from api.people.schemas import PersonIn, PersonPatch
from store.models import Person


def listed(caller: Principal, filters: PersonFilters) -> Select[Person]:
    """Return the statement for the people that the caller sees."""
    statement = select(Person).where(scope.people(caller))
    if filters.organization_id is not None:
        statement = statement.where(Person.organization_id == filters.organization_id)
    if filters.q is not None:
        statement = statement.where(rows.contains(Person.name, filters.q))
    if filters.active is not None:
        statement = statement.where(Person.active == filters.active)
    return statement


def find(session: Session, caller: Principal, person_id: int) -> Person:
    """Return one that the caller sees; raise `Problem` (404)."""
    return rows.one(session, select(Person).where(Person.id == person_id, scope.people(caller)))


def create(session: Session, caller: Principal, new: PersonIn) -> Person:
    """Add one to an organization the caller may change; raise `Problem` (403, 404)."""
    organization = organizations.find(session, caller, new.organization_id)
    if not scope.own_organization(caller, organization.id):
        raise Problem(ProblemType.FORBIDDEN)
    return rows.add(session, Person(**new.model_dump(), active=True))


def change(session: Session, row: Person, patch: PersonPatch) -> Person:
    """Change one."""
    return rows.change(session, row, patch.changes())
