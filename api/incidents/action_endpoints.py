"""`/incidents/{number}/…`: what people do about an incident."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.incidents import actions, service
from api.incidents.endpoints import Number
from api.incidents.schemas import ClosingIn, CorrectionIn, IncidentOut, NodeOut, NoteIn, ReleaseIn
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Now
from api.kit.query import PathId
from api.kit.session import Writing
from store.models import Incident, Node

router = APIRouter(prefix="/incidents/{number}", tags=["incidents"])

Responder = Annotated[Principal, Depends(requires(Permission.INCIDENTS_RESPOND))]
Closer = Annotated[Principal, Depends(requires(Permission.INCIDENTS_CLOSE))]
Corrector = Annotated[Principal, Depends(requires(Permission.INCIDENTS_CORRECT))]
REFUSED = problems(T.NOT_FOUND, T.ILLEGAL_TRANSITION)


@router.post("/acknowledge", operation_id="acknowledgeIncident", response_model=IncidentOut, responses=REFUSED)
def acknowledge(session: Writing, caller: Responder, number: Number, now: Now) -> Incident:
    """The caller has the alarm (确认响应). Later ones add nothing."""
    return actions.acknowledge(session, service.find(session, caller, number), caller, now)


@router.post("/arrived", operation_id="reportArrival", response_model=IncidentOut, responses=REFUSED)
def arrived(session: Writing, caller: Responder, number: Number, now: Now) -> Incident:
    """Rescuers are at the lift (抵达现场)."""
    return actions.arrive(session, service.find(session, caller, number), caller, now)


@router.post("/released", operation_id="reportRelease", response_model=IncidentOut, responses=REFUSED)
def released(session: Writing, caller: Responder, number: Number, now: Now, body: ReleaseIn | None = None) -> Incident:
    """The passengers are out (脱困)."""
    people = body.people if body else None
    return actions.release(session, service.find(session, caller, number), caller, now, people)


@router.post("/close", operation_id="closeIncident", response_model=IncidentOut, responses=REFUSED)
def close(session: Writing, caller: Closer, number: Number, now: Now, body: ClosingIn) -> Incident:
    """Write the incident off (销账) with its classification and cause."""
    return actions.close(session, service.find(session, caller, number), caller, now, body)


@router.post("/reclassify", operation_id="reclassifyIncident", response_model=IncidentOut, responses=REFUSED)
def reclassify(session: Writing, caller: Closer, number: Number, now: Now, body: ClosingIn) -> Incident:
    """Correct the classification of a closed incident, by a new record that names the old one."""
    return actions.reclassify(session, service.find(session, caller, number), caller, now, body)


@router.post("/intervene", operation_id="takeCommand", response_model=IncidentOut, responses=REFUSED)
def intervene(session: Writing, caller: Closer, number: Number, now: Now) -> Incident:
    """The centre takes command (介入调度指挥)."""
    return actions.intervene(session, service.find(session, caller, number), caller, now, taken=True)


@router.post("/stand-down", operation_id="standDown", response_model=IncidentOut, responses=REFUSED)
def stand_down(session: Writing, caller: Closer, number: Number, now: Now) -> Incident:
    """The centre goes back to watching (接警观察状态)."""
    return actions.intervene(session, service.find(session, caller, number), caller, now, taken=False)


@router.post("/notes", operation_id="addNote", status_code=201, response_model=NodeOut, responses=problems(T.NOT_FOUND))
def add_note(session: Writing, caller: Responder, number: Number, now: Now, body: NoteIn) -> Node:
    """Append a remark to the timeline."""
    return actions.note(session, service.find(session, caller, number), caller, body.text, now)


@router.post(
    "/nodes/{node_id}/corrections",
    operation_id="correctNode",
    status_code=201,
    response_model=NodeOut,
    responses=problems(T.NOT_FOUND),
)
def correct_node(
    session: Writing, caller: Corrector, number: Number, node_id: PathId, now: Now, body: CorrectionIn
) -> Node:
    """Append a node that says what is right instead of this one. Nothing recorded is ever changed."""
    row = service.find(session, caller, number)
    return actions.correct(session, row, service.find_node(session, row, node_id), caller, body, now)
