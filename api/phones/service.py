"""Phones: queries, changes, SIP passwords."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows, sip
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.organizations import service as organizations
from api.phones.filters import PhoneFilters
from api.phones.schemas import NewPhoneOut, PhoneOut, PhonePatch, SipAccountOut, SipPhoneIn, TrunkPhoneIn
from dialplan.numbers import normalise
from store.models import Person, Phone, PhoneKind


def listed(caller: Principal, filters: PhoneFilters) -> Select[Phone]:
    """Return the statement for the phones that the caller sees."""
    statement = select(Phone).where(scope.phones(caller))
    if filters.organization_id is not None:
        statement = statement.where(Phone.organization_id == filters.organization_id)
    if filters.person_id is not None:
        statement = statement.where(Phone.person_id == filters.person_id)
    if filters.kind is not None:
        statement = statement.where(Phone.kind == filters.kind)
    if filters.q is not None:
        statement = statement.where(or_(rows.contains(Phone.label, filters.q), rows.contains(Phone.address, filters.q)))
    if filters.active is not None:
        statement = statement.where(Phone.active == filters.active)
    return statement


def find(session: Session, caller: Principal, phone_id: int) -> Phone:
    """Return one that the caller sees; raise `Problem` (404)."""
    return rows.one(session, select(Phone).where(Phone.id == phone_id, scope.phones(caller)))


def create(session: Session, caller: Principal, new: SipPhoneIn | TrunkPhoneIn) -> NewPhoneOut:
    """Add one. Raise `Problem`: 404 for the organization, 409 for the address, 422 for the person."""
    organization = organizations.find(session, caller, new.organization_id)
    _check_person(session, new.person_id, organization.id)
    address = new.address if new.kind == "sip" else normalise(new.address)
    sip.ensure_address_free(session, address, "address")
    secret = sip.new_secret(address) if new.kind == "sip" else None
    fields = new.model_dump() | {"kind": PhoneKind(new.kind), "address": address}
    row = rows.add(session, Phone(**fields, ha1=secret.ha1 if secret else None, active=True))
    shown = PhoneOut.model_validate(row).model_dump()
    return NewPhoneOut(**shown, password=secret.password if secret else None)


def change(session: Session, row: Phone, patch: PhonePatch) -> Phone:
    """Change one; raise `Problem` (422) for a person of another organization."""
    changes = patch.changes()
    _check_person(session, changes.get("person_id"), row.organization_id)
    return rows.change(session, row, changes)


def renew_password(row: Phone) -> SipAccountOut:
    """Give a SIP phone a new password; raise `Problem` (409) for a phone behind the carrier."""
    if row.kind is not PhoneKind.SIP:
        detail = Text("只有 SIP 话机有密码。", "Only a SIP phone has a password.")
        raise Problem(ProblemType.CONFLICT, detail)
    secret = sip.new_secret(row.address)
    row.ha1 = secret.ha1
    return SipAccountOut(account=row.address, password=secret.password)


def _check_person(session: Session, person_id: int | None, organization_id: int) -> None:
    if person_id is None:
        return
    person = session.get(Person, person_id)
    if person is None or person.organization_id != organization_id:
        detail = Text("该人员不属于这个单位。", "This person does not belong to the organization.")
        raise invalid_field("#/person_id", "unknown", detail)
