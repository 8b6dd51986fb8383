"""Find phones, and give them as targets of the escalation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from escalation.plan import Target, TargetKind, sip_address, trunk_address
from store.models import Person, Phone, PhoneKind
from store.session import notes

_PREFIX: Final = "PJSIP/"
_LOOKED_UP: Final = "phones_looked_up"


def target_of(phone: Phone) -> Target:
    """Give a phone as a target."""
    dial = sip_address if phone.kind is PhoneKind.SIP else trunk_address
    return Target(TargetKind.PHONE, dial(phone.address), phone.accept, phone.allowance_s, label=phone.label)


def by_target(session: Session, target: str) -> Phone | None:
    """Phone with a dial string as the journal has it, `PJSIP/guard-1` or `PJSIP/13800000001@trunk`."""
    looked_up: dict[str, Phone | None] = notes(session).get(_LOOKED_UP, {})
    if target not in looked_up:
        return _by_targets(session, {target})[target]
    return looked_up[target]


def look_up_targets(session: Session, targets: Collection[str]) -> None:
    """Find the phones of many dial strings with one statement; this transaction's `by_target` then answers from there.

    For who is about to ask for many, and changes no phones in the same transaction.
    """
    notes(session).setdefault(_LOOKED_UP, {}).update(_by_targets(session, targets))


def _by_targets(session: Session, targets: Collection[str]) -> dict[str, Phone | None]:
    keys = {target: _key(target) for target in targets if target.startswith(_PREFIX)}
    addresses = {address for address, _ in keys.values()}
    found: dict[tuple[str, PhoneKind], Phone] = {}
    if addresses:
        rows = session.scalars(select(Phone).where(Phone.address.in_(addresses)).options(joinedload(Phone.person)))
        found = {(phone.address, phone.kind): phone for phone in rows}
    return {target: found.get(keys[target]) if target in keys else None for target in targets}


def _key(target: str) -> tuple[str, PhoneKind]:
    address, _, trunk = target.removeprefix(_PREFIX).partition("@")
    return address, PhoneKind.TRUNK if trunk else PhoneKind.SIP


def active_of(session: Session, organization_ids: Iterable[int]) -> dict[int, list[Phone]]:
    """Phones of each organization that may be rung, in a fixed order; those of inactive people are left out."""
    wanted = set(organization_ids)
    rows = session.scalars(
        select(Phone)
        .outerjoin(Person, Phone.person_id == Person.id)
        .where(Phone.organization_id.in_(wanted), Phone.active, (Phone.person_id.is_(None)) | Person.active)
        .order_by(Phone.id)
    )
    found: dict[int, list[Phone]] = {organization: [] for organization in wanted}
    for phone in rows:
        found[phone.organization_id].append(phone)
    return found


def by_targets(session: Session, targets: Iterable[str]) -> dict[str, Phone]:
    """Phones of several such dial strings, those that are of the estate, each with its person."""
    split = {target: target.removeprefix(_PREFIX).partition("@") for target in targets if target.startswith(_PREFIX)}
    addresses = {address for address, _, _ in split.values()}
    rows = session.scalars(select(Phone).where(Phone.address.in_(addresses)).options(joinedload(Phone.person)))
    known = {(phone.address, phone.kind): phone for phone in rows}
    named = {
        target: known.get((address, PhoneKind.TRUNK if trunk else PhoneKind.SIP))
        for target, (address, _, trunk) in split.items()
    }
    return {target: phone for target, phone in named.items() if phone is not None}
