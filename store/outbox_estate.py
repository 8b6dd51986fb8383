"""Which lifts' base data a transaction changed: owner, maintainer, people, phones, the lift itself.

(Notice, annex 1 section 一 (一) 2: 使用单位名称、维保单位名称、维保人员及电话等一经变动，应及时传输.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import event, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from store.models import EstateData, Lift, Organization, Person, Phone
from store.session import StoreSession

_KEY: Final = "outbox_estate"

_TOLD: Final[dict[type, frozenset[str]]] = {
    Lift: frozenset(
        {
            *("device_code", "registration_no", "rescue_no", "name", "district", "address", "community", "building"),
            *("unit", "car", "property_id", "maintainer_id", "cabin_kind", "active"),
        }
    ),
    Organization: frozenset({"kind", "name", "credit_code", "phone", "active"}),
    Person: frozenset({"organization_id", "name", "title", "active"}),
    Phone: frozenset({"organization_id", "person_id", "label", "kind", "address", "active"}),
}
"""Columns that the platform is told of; a changed password is nobody's business."""


@dataclass(slots=True)
class ChangedLifts:
    """Lifts whose base data a transaction changed."""

    ids: set[int] = field(default_factory=set)
    removed: list[dict[str, Any]] = field(default_factory=list)
    """The keys of deleted ones."""
    all: bool = False
    """It cannot be told which."""

    def __bool__(self) -> bool:
        return bool(self.ids or self.removed or self.all)


@dataclass(slots=True)
class _Seen:
    """Objects and ids of a transaction, before what they touch is looked up."""

    lifts: list[Lift] = field(default_factory=list)
    organizations: set[int] = field(default_factory=set)
    members: list[Any] = field(default_factory=list)
    """New or changed organizations, people and phones: their ids are known after the flush."""
    removed: dict[int, dict[str, Any]] = field(default_factory=dict)
    all: bool = False


@event.listens_for(StoreSession, "after_flush")
def _notice(session: Session, _context: UOWTransaction) -> None:
    for row in [*session.new, *session.deleted, *session.dirty]:
        told = _TOLD.get(type(row))
        if told is None or (row in session.dirty and not _changed(row, told)):
            continue
        seen: _Seen = session.info.setdefault(_KEY, _Seen())
        if isinstance(row, Lift):
            if row in session.deleted:
                seen.removed[row.id] = _keys(row)
            else:
                seen.lifts.append(row)
            continue
        seen.members.append(row)
        # Where somebody has left, their organization before is touched too.
        before = inspect(row).attrs.organization_id.history.deleted if not isinstance(row, Organization) else ()
        seen.organizations.update(one for one in before if one is not None)


@event.listens_for(StoreSession, "do_orm_execute")
def _notice_bulk(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if model not in _TOLD or not issubclass(model, EstateData):
        return
    session = state.session
    seen: _Seen = session.info.setdefault(_KEY, _Seen())
    where = getattr(state.statement, "whereclause", None)
    if where is None:
        seen.all = True
    elif model is Lift:
        for row in session.scalars(select(Lift).where(where)).all():
            if state.is_delete:
                seen.removed[row.id] = _keys(row)
            else:
                seen.lifts.append(row)
    else:
        column = Organization.id if model is Organization else inspect(model).columns["organization_id"]
        seen.organizations.update(session.scalars(select(column).where(where)))


def changed_lifts(session: Session) -> ChangedLifts:
    """Return what the transaction changed, once; the session has been flushed."""
    seen: _Seen | None = session.info.pop(_KEY, None)
    if seen is None:
        return ChangedLifts()
    found = ChangedLifts(removed=list(seen.removed.values()), all=seen.all)
    found.ids = {row.id for row in seen.lifts} - seen.removed.keys()
    touched = set(seen.organizations)
    for row in seen.members:
        touched.add(row.id if isinstance(row, Organization) else row.organization_id)
    if touched:
        ids = list(touched)
        where = or_(Lift.property_id.in_(ids), Lift.maintainer_id.in_(ids))
        found.ids.update(session.scalars(select(Lift.id).where(where)))
    return found


@event.listens_for(StoreSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_KEY, None)


def _changed(row: Any, told: frozenset[str]) -> bool:  # noqa: ANN401 - any model
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in told if name in attributes)


def _keys(row: Lift) -> dict[str, Any]:
    return {
        "lift_id": row.id,
        "device_code": row.device_code,
        "registration_no": row.registration_no,
        "rescue_no": row.rescue_no,
    }
