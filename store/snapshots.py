"""Names as they were: base data may change afterwards, the record of an alarm must not.

A node keeps the name of whoever it is about, an incident keeps its lift: both are covered by the evidence log, so
that nobody can rename a person or move a lift later and have an old alarm tell another story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from store.models import Base, Incident, Lift, Node, Person, Phone, User
from store.session import StoreSession

if TYPE_CHECKING:
    from store.models import JsonObject

_LONGEST_NAME: Final = 200
_KNOWN: Final = "names_looked_up"


@event.listens_for(StoreSession, "before_flush")
def _fill(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, Node) and row.who is None:
            row.who = name_of(session, row)
        elif isinstance(row, Incident) and row.place is None:
            lift = row.lift or (session.get(Lift, row.lift_id) if row.lift_id else None)
            if lift is not None:
                row.place = place_of(lift)


def name_of(session: Session, node: Node) -> str | None:
    """Who it was, for people: the person, else the phone's label, else the user."""
    for model, key, row, column in (
        (Person, node.person_id, node.person, "name"),
        (Phone, node.phone_id, node.phone, "label"),
        (User, node.user_id, node.user, "name"),
    ):
        if row is not None:
            return str(getattr(row, column))[:_LONGEST_NAME]
        if key is not None:
            return _looked_up(session, model, key, column)
    return None


def _looked_up(session: Session, model: type[Base], key: int, column: str) -> str | None:
    """Return a name by its key; an alarm's nodes name the same few people again and again."""
    known: dict[tuple[type[Base], int], str | None] = session.info.setdefault(_KNOWN, {})
    if (model, key) not in known:
        with session.no_autoflush:
            row = session.get(model, key)
        known[model, key] = str(getattr(row, column))[:_LONGEST_NAME] if row is not None else None
    return known[model, key]


def place_of(lift: Lift) -> JsonObject:
    """What identifies a lift: the notice's three keys, where it is and who answers for it."""
    return {
        "device_code": lift.device_code,
        "registration_no": lift.registration_no,
        "rescue_no": lift.rescue_no,
        "name": lift.name,
        "district": lift.district,
        "address": lift.address,
        "community": lift.community,
        "building": lift.building,
        "unit": lift.unit,
        "car": lift.car,
        "property": lift.property.name if lift.property else None,
        "maintainer": lift.maintainer.name if lift.maintainer else None,
    }
