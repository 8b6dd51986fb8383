"""Users: queries and changes."""

from __future__ import annotations

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from api.auth.passwords import hash_password
from api.auth.permissions import SEES_EVERYTHING
from api.auth.service import end_sessions
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.users.filters import UserFilters
from api.users.schemas import UserIn, UserPatch
from store.models import Organization, OrganizationKind, Phone, User, UserRole

KIND_OF_ROLE = {UserRole.PROPERTY: OrganizationKind.PROPERTY, UserRole.MAINTAINER: OrganizationKind.MAINTAINER}
"""What kind of organization a role must belong to."""


def listed(filters: UserFilters) -> Select[User]:
    """Return the statement for the users."""
    statement = select(User)
    if filters.role is not None:
        statement = statement.where(User.role == filters.role)
    if filters.organization_id is not None:
        statement = statement.where(User.organization_id == filters.organization_id)
    if filters.q is not None:
        statement = statement.where(or_(rows.contains(User.login, filters.q), rows.contains(User.name, filters.q)))
    if filters.active is not None:
        statement = statement.where(User.active == filters.active)
    return statement


def find(session: Session, user_id: int) -> User:
    """Return one; raise `Problem` (404)."""
    return rows.one(session, select(User).where(User.id == user_id))


def create(session: Session, new: UserIn) -> User:
    """Add one. Raise `Problem`: 409 for the login, 422 for organization or phone."""
    password_hash = hash_password(new.password.get_secret_value())
    rows.ensure_free(session, User.login, new.login)
    check_organization(session, new.role, new.organization_id)
    _check_phone(session, new.phone_id)
    return rows.add(session, User(**new.model_dump(exclude={"password"}), password_hash=password_hash, active=True))


def change(session: Session, row: User, patch: UserPatch) -> User:
    """Change one; raise `Problem` as `create` does, 409 when it would leave no administrator."""
    changes = patch.changes()
    role = changes.get("role", row.role)
    check_organization(session, role, changes.get("organization_id", row.organization_id))
    _check_phone(session, changes.get("phone_id"))
    if row.role is UserRole.ADMIN and (role is not UserRole.ADMIN or not changes.get("active", True)):
        ensure_another_admin(session, row)
    if not changes.get("active", True):
        end_sessions(session, row.id)
    return rows.change(session, row, changes)


def remove(session: Session, row: User) -> None:
    """Delete one that no record names; raise `Problem` (409) otherwise or for the last administrator."""
    if row.role is UserRole.ADMIN:
        ensure_another_admin(session, row)
    end_sessions(session, row.id)
    rows.remove(session, row)


def set_password(session: Session, row: User, password: str) -> None:
    """Set a password and end all sessions of the account."""
    row.password_hash = hash_password(password)
    end_sessions(session, row.id)


def check_organization(session: Session, role: UserRole, organization_id: int | None) -> None:
    """Raise `Problem` (422) unless the role has the organization it needs."""
    if role is UserRole.GATEWAY:
        raise invalid_field("#/role", "kind", Text("网关只用密钥，不用账号。", "A gateway has keys, no log-in."))
    organization = session.get(Organization, organization_id) if organization_id is not None else None
    if organization_id is not None and organization is None:
        raise invalid_field("#/organization_id", "unknown", Text("没有这个单位。", "There is no such organization."))
    wanted = KIND_OF_ROLE.get(role)
    if role not in SEES_EVERYTHING and (organization is None or organization.kind is not wanted):
        detail = Text("该角色须属于同类单位。", "This role needs an organization of its kind.")
        raise invalid_field("#/organization_id", "kind", detail)


def ensure_another_admin(session: Session, row: User) -> None:
    """Raise `Problem` (409) when no other active administrator is left."""
    others = select(func.count()).select_from(User).where(User.role == UserRole.ADMIN, User.active, User.id != row.id)
    if not session.scalar(others):
        raise Problem(ProblemType.CONFLICT, Text("至少须保留一名管理员。", "One administrator must remain."))


def _check_phone(session: Session, phone_id: int | None) -> None:
    if phone_id is not None and session.get(Phone, phone_id) is None:
        raise invalid_field("#/phone_id", "unknown", Text("没有这部话机。", "There is no such phone."))
