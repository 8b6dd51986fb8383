"""`/incidents/{number}/interventions`, `/incidents/{number}/calls`, `/lifts/{key}/calls`, `/operators`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.incidents import service as incidents
from api.incidents.endpoints import Number
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context
from api.kit.session import Reading, Writing
from api.lifts import service as lifts
from api.lifts.endpoints import Key
from api.voice import calls, interventions, operators
from api.voice.schemas import CallIn, CallingOut, InterventionIn, InterventionOut, OperatorOut, PauseIn
from store.audit import note

router = APIRouter(tags=["voice"])

Operator = Annotated[Principal, Depends(requires(Permission.CALLS_INTERVENE))]
Calling = Annotated[Principal, Depends(requires(Permission.CALLS_MAKE))]
Leg = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{3,80}$", examples=["node1-1764000000123.481516"])]
REFUSED = problems(T.NOT_FOUND, T.CONFLICT, T.CALL_OVER, T.NO_PHONE, T.SWITCH_UNAVAILABLE)


@router.get("/incidents/{number}/interventions", operation_id="listInterventions", responses=REFUSED)
def list_interventions(session: Reading, context: Context, caller: Operator, number: Number) -> list[InterventionOut]:
    """Who of the centre is on the alarm now, and what they do there."""
    return interventions.listed(session, caller, context.switch, incidents.find(session, caller, number))


@router.post("/incidents/{number}/interventions", operation_id="intervene", status_code=201, responses=REFUSED)
def intervene(
    session: Reading, writing: Writing, context: Context, caller: Operator, number: Number, body: InterventionIn
) -> InterventionOut:
    """Listen, whisper, join or take over: the caller's own phone is rung and answers by itself."""
    row = incidents.find(session, caller, number)
    note(writing, f"calls.{body.mode}", subject="incidents", subject_id=number)
    return interventions.begin(session, caller, context.switch, row, body.mode)


@router.patch("/incidents/{number}/interventions/{leg}", operation_id="changeIntervention", responses=REFUSED)
def change_intervention(
    session: Reading,
    writing: Writing,
    context: Context,
    caller: Operator,
    number: Number,
    leg: Leg,
    body: InterventionIn,
) -> InterventionOut:
    """Do something else on the alarm. Nobody is dropped."""
    row = incidents.find(session, caller, number)
    note(writing, f"calls.{body.mode}", subject="incidents", subject_id=number)
    return interventions.change(session, caller, context.switch, row, leg, body.mode)


@router.delete("/incidents/{number}/interventions/{leg}", operation_id="leaveAlarm", status_code=204, responses=REFUSED)
def leave(session: Reading, context: Context, caller: Operator, number: Number, leg: Leg) -> None:
    """Leave the alarm; the others talk on, or the escalation goes on."""
    interventions.end(session, caller, context.switch, incidents.find(session, caller, number), leg)


@router.post("/incidents/{number}/calls", operation_id="callAboutIncident", status_code=202, responses=REFUSED)
def call_about(
    session: Reading, writing: Writing, context: Context, caller: Calling, number: Number, body: CallIn
) -> CallingOut:
    """Call the cabin, or (centre) the guard room, a maintainer, anybody; or bring them into the running alarm."""
    row = incidents.find(session, caller, number)
    note(writing, "calls.made", subject="incidents", subject_id=number, detail={"to": body.number or body.to})
    return calls.about(session, caller, context.switch, row, body, context.settings.node)


@router.post("/lifts/{key}/calls", operation_id="callCabin", status_code=202, responses=REFUSED)
def call_cabin(session: Reading, writing: Writing, context: Context, caller: Calling, key: Key) -> CallingOut:
    """Call a cabin, which answers by itself; the caller's own phone is rung first."""
    lift = lifts.find(session, caller, key)
    note(writing, "calls.made", subject="lifts", subject_id=lift.id, detail={"to": "cabin"})
    return calls.to_cabin(session, caller, context.switch, lift, context.settings.node)


@router.get("/operators", operation_id="listOperators", responses=problems(T.SWITCH_UNAVAILABLE))
def list_operators(session: Reading, context: Context, caller: Operator) -> list[OperatorOut]:
    """The centre's phones: free, ringing, talking, paused, off line."""
    return operators.listed(session, caller, context.switch)


@router.post("/operators/pause", operation_id="pause", responses=problems(T.NO_PHONE, T.SWITCH_UNAVAILABLE))
def pause(session: Reading, context: Context, caller: Operator, body: PauseIn | None = None) -> list[OperatorOut]:
    """Take a pause: alarms ring the other operators."""
    reason = body.reason if body else ""
    return operators.pause(session, caller, context.switch, paused=True, reason=reason)


@router.post("/operators/resume", operation_id="resume", responses=problems(T.NO_PHONE, T.SWITCH_UNAVAILABLE))
def resume(session: Reading, context: Context, caller: Operator) -> list[OperatorOut]:
    """Be rung again."""
    return operators.pause(session, caller, context.switch, paused=False, reason="")
