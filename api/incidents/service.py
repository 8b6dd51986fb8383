"""Incidents: queries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from api.auth import scope
from api.auth.principal import Principal
from api.incidents.filters import IncidentFilters
from api.incidents.schemas import CallOut, CauseOut, CausesOut, IncidentDetail, IncidentOut, NodeOut, TimelineOut
from api.kit import rows
from api.media.schemas import MediaOut
from api.media.service import of_incident
from api.recordings.schemas import RecordingOut
from escalation.causes import TABLE_OF
from escalation.states import Classification, IncidentState
from store.models import Incident, Lift, Node, Recording
from store.repositories.incidents import nodes_of
from store.repositories.lifts import by_key


def listed(session: Session, caller: Principal, filters: IncidentFilters) -> Select[Incident]:
    """Return the statement for the incidents that the caller sees."""
    statement = select(Incident).where(scope.incidents(caller)).options(joinedload(Incident.lift))
    if filters.open is not None:
        closed = Incident.state == IncidentState.CLOSED
        statement = statement.where(~closed if filters.open else closed)
    for name in ("state", "classification", "abandoned"):
        if (value := getattr(filters, name)) is not None:
            statement = statement.where(getattr(Incident, name) == value)
    if filters.since is not None:
        statement = statement.where(Incident.raised_at >= filters.since)
    if filters.until is not None:
        statement = statement.where(Incident.raised_at < filters.until)
    return statement.where(*_of_lifts(session, filters))


def find(session: Session, caller: Principal, number: str) -> Incident:
    """Return one that the caller sees; raise `Problem` (404)."""
    statement = select(Incident).where(Incident.number == number, scope.incidents(caller))
    return rows.one(session, statement.options(joinedload(Incident.lift)))


def detail(session: Session, row: Incident) -> IncidentDetail:
    """Return everything recorded about an incident."""
    recordings = select(Recording).where(Recording.incident_id == row.id).order_by(Recording.id)
    return IncidentDetail(
        **IncidentOut.model_validate(row).model_dump(exclude={"allowed"}),
        plan=row.plan,
        nodes=timeline(session, row),
        calls=[CallOut.model_validate(call) for call in row.calls],
        recordings=[RecordingOut.model_validate(recording) for recording in session.scalars(recordings)],
        media=[MediaOut.model_validate(one) for one in session.scalars(of_incident(row))],
    )


def timeline(session: Session, row: Incident) -> list[NodeOut]:
    """Return the response nodes, by the switch's time."""
    return [NodeOut.model_validate(node) for node in nodes_of(session, row.id)]


def export(session: Session, row: Incident, now: datetime) -> TimelineOut:
    """Return the incident's file."""
    return TimelineOut(exported_at=now, incident=detail(session, row))


def find_node(session: Session, incident: Incident, node_id: int) -> Node:
    """Return a node of an incident; raise `Problem` (404)."""
    return rows.one(session, select(Node).where(Node.id == node_id, Node.incident_id == incident.id))


def causes() -> CausesOut:
    """Return tables 1 and 2 of the notice by classification."""
    return CausesOut(
        causes={
            kind: [
                CauseOut(
                    code=cause.code,
                    group=cause.group[0],
                    group_en=cause.group[1],
                    text=cause.text[0],
                    text_en=cause.text[1],
                    other=cause.other,
                )
                for cause in TABLE_OF.get(kind, {}).values()
            ]
            for kind in Classification
        }
    )


def _of_lifts(session: Session, filters: IncidentFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.lift is not None:
        lift = by_key(session, filters.lift)
        conditions.append(Incident.lift_id == (lift.id if lift else 0))
    if filters.q is not None:
        text = filters.q
        searched = (Lift.name, Lift.address, Lift.device_code, Lift.registration_no, Lift.rescue_no)
        lifts = select(Lift.id).where(or_(*(rows.contains(column, text) for column in searched)))
        own = (rows.contains(column, text) for column in (Incident.number, Incident.caller))
        conditions.append(or_(Incident.lift_id.in_(lifts), *own))
    if filters.property_id is not None:
        conditions.append(Incident.lift_id.in_(select(Lift.id).where(Lift.property_id == filters.property_id)))
    if filters.maintainer_id is not None:
        conditions.append(Incident.lift_id.in_(select(Lift.id).where(Lift.maintainer_id == filters.maintainer_id)))
    return conditions
