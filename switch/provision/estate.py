"""Reads the base data the call plane needs, in one read-only transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dialplan.numbers import normalise
from escalation.plan import PlanError, Role, sip_address, trunk_address
from escalation.rota import DAYS_AHEAD, Shift
from ivr.wording import Place
from store.estate_version import estate_version
from store.models import CabinKind, DutyShift, Lift, Organization, OrganizationKind, Phone, PhoneKind
from store.repositories.phones import active_of, target_of
from store.repositories.plans import plan_of
from store.session import read_scope
from switch.provision.desired import Account, Estate, LiftEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from escalation.plan import Plan, Target

    Announce = Callable[[str, Place], Path | None]
    PlanKey = tuple[int | None, int | None, int | None]


def unannounced(_device_code: str, _place: Place) -> Path | None:
    """No lift has an announcement: all rescue numbers are spelled."""
    return None


def read_version(engine: Engine) -> int:
    """Return the version of the base data; raises `sqlalchemy.exc.SQLAlchemyError` when it cannot be read."""
    with read_scope(engine) as session:
        return estate_version(session)


def read_estate(engine: Engine, now: datetime, announce: Announce = unannounced) -> Estate:
    """Read everything.

    Args:
        engine: the database.
        now: shifts from the day before on are read.
        announce: gives the rendered announcement of a lift (path without extension), or none until there is one.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    with read_scope(engine) as session:
        version = estate_version(session)
        organizations = {row.id: row.kind for row in session.scalars(select(Organization).where(Organization.active))}
        phones = active_of(session, organizations)
        operators = [
            phone
            for one, found in phones.items()
            if organizations[one] is OrganizationKind.CENTRE
            for phone in found
            if phone.kind is PhoneKind.SIP
        ]
        return Estate(
            version=version,
            accounts=tuple(_accounts(session, organizations, phones)),
            lifts=tuple(_lifts(session, phones, announce)),
            shifts=tuple(_shifts(session, now)),
            everyone={one: _targets(found) for one, found in phones.items()},
            operators={phone.address: phone.label for phone in operators},
            same_person=_same_person(operators),
        )


def _same_person(operators: Iterable[Phone]) -> dict[str, tuple[str, ...]]:
    """Give each account the others of its person: browser, desk phone."""
    of_person: dict[int, list[str]] = {}
    for phone in operators:
        if phone.person_id is not None:
            of_person.setdefault(phone.person_id, []).append(phone.address)
    return {
        account: tuple(other for other in found if other != account)
        for found in of_person.values()
        if len(found) > 1
        for account in found
    }


def _accounts(
    session: Session, organizations: Mapping[int, OrganizationKind], phones: Mapping[int, list[Phone]]
) -> Iterable[Account]:
    for organization, found in phones.items():
        kind = "operator" if organizations[organization] is OrganizationKind.CENTRE else "phone"
        for phone in found:
            if phone.kind is PhoneKind.SIP and phone.ha1:
                yield Account(phone.address, phone.ha1, kind)
    cabins = select(Lift.cabin_address, Lift.cabin_ha1).where(Lift.active, Lift.cabin_kind == CabinKind.SIP)
    for address, ha1 in session.execute(cabins):
        if ha1:
            yield Account(address, ha1, "cabin")


def _lifts(session: Session, phones: Mapping[int, list[Phone]], announce: Announce) -> Iterable[LiftEntry]:
    members = {one: tuple(_member(phone) for phone in found) for one, found in phones.items()}
    plans: dict[PlanKey, Plan] = {}
    for lift in session.scalars(select(Lift).where(Lift.active).order_by(Lift.id)):
        key = (lift.plan_id, lift.property_id, lift.maintainer_id)
        if key not in plans:
            plans[key] = plan_of(session, lift)
        sip = lift.cabin_kind is CabinKind.SIP
        try:
            cabin = sip_address(lift.cabin_address) if sip else trunk_address(lift.cabin_address)
        except PlanError:
            cabin = ""  # cannot be called back; its alarms still work
        announcement = announce(lift.device_code, _place(lift))
        yield LiftEntry(
            device_code=lift.device_code,
            name=lift.name,
            rescue_no=lift.rescue_no,
            cabin=cabin,
            account=lift.cabin_address if sip else None,
            caller=None if sip else lift.cabin_address,
            did=lift.did,
            plan=plans[key],
            # The centre's operators reach every cabin without being listed (`dialplan.endpoints.operator`).
            members={
                member: role
                for role, one in ((Role.MAINTAINER, lift.maintainer_id), (Role.PROPERTY, lift.property_id))
                for member in members.get(one or 0, ())
            },
            announce=str(announcement) if announcement else None,
        )


def _place(lift: Lift) -> Place:
    return Place(
        community=lift.community or "",
        building=lift.building or "",
        unit=lift.unit or "",
        car=lift.car or "",
        name=lift.name,
        rescue_no=lift.rescue_no,
    )


def _shifts(session: Session, now: datetime) -> Iterable[Shift]:
    rows = session.scalars(
        select(DutyShift)
        .where(DutyShift.ends_at > now - timedelta(days=1), DutyShift.starts_at < now + timedelta(days=DAYS_AHEAD + 1))
        .options(joinedload(DutyShift.phone).joinedload(Phone.person))
        .order_by(DutyShift.id)
    )
    for row in rows:
        phone = row.phone
        if not phone.active or (phone.person is not None and not phone.person.active):
            continue
        for target in _targets([phone]):
            yield Shift(row.organization_id, target, row.starts_at, row.ends_at, row.position)


def _targets(phones: Iterable[Phone]) -> tuple[Target, ...]:
    """Give phones as targets; one whose address cannot be dialled is left out."""
    found = []
    for phone in phones:
        try:
            found.append(target_of(phone))
        except PlanError:
            continue
    return tuple(found)


def _member(phone: Phone) -> str:
    return phone.address if phone.kind is PhoneKind.SIP else normalise(phone.address)
