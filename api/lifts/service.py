"""Lifts: finding by key, queries and changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows, sip
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.lifts.filters import LiftFilters
from api.lifts.schemas import LiftIn, LiftOut, LiftPatch, NewLiftOut, SipCabinIn
from api.phones.schemas import SipAccountOut
from dialplan.numbers import normalise
from store.models import CabinKind, Lift, Organization, OrganizationKind, Plan
from store.repositories import lifts

KEYS: tuple[InstrumentedAttribute[str], ...] = (Lift.device_code, Lift.registration_no, Lift.rescue_no)
_EXACT = ("property_id", "maintainer_id", "plan_id", "district", "community", "active")


def listed(caller: Principal, filters: LiftFilters) -> Select[Lift]:
    """Return the statement for the lifts that the caller sees."""
    statement = select(Lift).where(scope.lifts(caller))
    for name in _EXACT:
        if (value := getattr(filters, name)) is not None:
            statement = statement.where(getattr(Lift, name) == value)
    if filters.q is not None:
        searched = (Lift.name, Lift.address, *KEYS)
        statement = statement.where(or_(*(rows.contains(column, filters.q) for column in searched)))
    return statement


def find(session: Session, caller: Principal, key: str) -> Lift:
    """Return the lift with this device code, registration number or rescue number; raise `Problem` (404)."""
    named = lifts.by_key(session, key)
    if named is None:
        raise Problem(ProblemType.NOT_FOUND)
    return rows.one(session, select(Lift).where(Lift.id == named.id, scope.lifts(caller)))


def create(session: Session, new: LiftIn) -> NewLiftOut:
    """Add one. Raise `Problem`: 409 for keys, account or DID, 422 for organizations or plan that do not fit."""
    fields = new.model_dump(exclude={"cabin"})
    _check(session, fields)
    address = _cabin_address(new)
    sip.ensure_address_free(session, address, "cabin/address")
    secret = sip.new_secret(address) if new.cabin.kind == "sip" else None
    cabin = {"cabin_kind": CabinKind(new.cabin.kind), "cabin_address": address, "cabin_ha1": secret and secret.ha1}
    row = rows.add(session, Lift(**_normal(fields), **cabin, active=True))
    return NewLiftOut(**LiftOut.model_validate(row).model_dump(), password=secret.password if secret else None)


def change(session: Session, row: Lift, patch: LiftPatch) -> Lift:
    """Change one; raise `Problem` as `create` does."""
    changes = patch.changes()
    _check(session, changes, except_id=row.id)
    return rows.change(session, row, _normal(changes))


def assign_plan(session: Session, row: Lift, plan_id: int | None) -> Lift:
    """Give a lift a plan, or the default one; raise `Problem` (422) when there is no such plan."""
    if plan_id is not None and session.get(Plan, plan_id) is None:
        raise invalid_field("#/plan_id", "unknown", Text("没有这个预案。", "There is no such plan."))
    return rows.change(session, row, {"plan_id": plan_id})


def renew_password(row: Lift) -> SipAccountOut:
    """Give a cabin a new SIP password; raise `Problem` (409) for a cabin on the trunk."""
    if row.cabin_kind is not CabinKind.SIP:
        detail = Text("只有 SIP 轿厢话机有密码。", "Only a SIP cabin phone has a password.")
        raise Problem(ProblemType.CONFLICT, detail)
    secret = sip.new_secret(row.cabin_address)
    row.cabin_ha1 = secret.ha1
    return SipAccountOut(account=row.cabin_address, password=secret.password)


def _cabin_address(new: LiftIn) -> str:
    if isinstance(new.cabin, SipCabinIn):
        return new.cabin.address or f"cabin-{new.rescue_no}"
    return normalise(new.cabin.address)


def _normal(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"did": normalise(fields["did"])} if fields.get("did") else fields


def _check(session: Session, fields: dict[str, Any], except_id: int | None = None) -> None:
    for column in KEYS:
        _ensure_key_free(session, column.key, fields.get(column.key), except_id)
    rows.ensure_free(session, Lift.did, _normal(fields).get("did"), except_id=except_id)
    _check_organization(session, fields.get("property_id"), "property_id", OrganizationKind.PROPERTY)
    _check_organization(session, fields.get("maintainer_id"), "maintainer_id", OrganizationKind.MAINTAINER)
    if fields.get("plan_id") is not None and session.get(Plan, fields["plan_id"]) is None:
        raise invalid_field("#/plan_id", "unknown", Text("没有这个预案。", "There is no such plan."))


def _ensure_key_free(session: Session, field: str, value: str | None, except_id: int | None) -> None:
    # Across all three columns: a key that named two lifts would send rescuers to one of them.
    if value is None:
        return
    statement = select(Lift.id).where(or_(*(column == value for column in KEYS)))
    if any(found != except_id for found in session.scalars(statement)):
        raise rows.taken(field)


def _check_organization(session: Session, organization_id: int | None, field: str, kind: OrganizationKind) -> None:
    if organization_id is None:
        return
    organization = session.get(Organization, organization_id)
    if organization is None or organization.kind is not kind:
        detail = Text("没有这个单位，或单位类型不符。", "There is no such organization, or it is of another kind.")
        raise invalid_field(f"#/{field}", "unknown", detail)
