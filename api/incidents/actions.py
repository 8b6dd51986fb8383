"""What people do about an incident. The state machine decides (`escalation.table`); here its answers become problems.

A click that comes twice (a shaky network, a nervous finger) is recorded once: the same event by the same
caller since the last press is answered like the first time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from api.auth.principal import Principal
from api.incidents.schemas import ClosingIn, CorrectionIn
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from dialplan.names import Role
from escalation.causes import InvalidClosingError
from escalation.events import (
    Acknowledge,
    Arrive,
    Close,
    Closing,
    IncidentEvent,
    Intervene,
    Reclassify,
    Release,
    StandDown,
)
from escalation.journal import NodeDraft
from escalation.machine import IllegalEventError
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from escalation.table import allowed
from store.models import Incident, Node, NodeSource, UserRole
from store.services import Recorded, append_node, apply_incident_event
from store.services.nodes import lock
from store.session import StoreSession

_ROLES = {
    UserRole.PROPERTY: Role.PROPERTY,
    UserRole.MAINTAINER: Role.MAINTAINER,
    UserRole.CENTRE: Role.CENTRE,
    UserRole.ADMIN: Role.CENTRE,
}
_ONCE = {Arrive: NodeKind.ARRIVED, Release: NodeKind.RELEASED}


def acknowledge(session: StoreSession, row: Incident, caller: Principal, now: datetime) -> Incident:
    """The caller has the alarm (确认响应). Raises `Problem` (409) once it is closed."""
    return _apply(session, row, Acknowledge(role=_ROLES[caller.role]), caller, now)


def arrive(session: StoreSession, row: Incident, caller: Principal, now: datetime) -> Incident:
    """Rescuers are at the lift (抵达现场). Raises `Problem` (409) before it is acknowledged or once it is closed."""
    return _apply(session, row, Arrive(), caller, now)


def release(session: StoreSession, row: Incident, caller: Principal, now: datetime, people: int | None) -> Incident:
    """The passengers are out (脱困). Raises `Problem` (409) once it is closed."""
    return _apply(session, row, Release(people), caller, now)


def close(session: StoreSession, row: Incident, caller: Principal, now: datetime, body: ClosingIn) -> Incident:
    """Write it off (销账). Raises `Problem`: 409 when it was closed otherwise, 422 for a closing that does not hold."""
    lock(session, row)
    closing = Closing(body.classification, body.cause_code, body.cause_text)
    if row.state is IncidentState.CLOSED and closing == Closing(
        row.classification or body.classification, row.cause_code, row.cause_text
    ):
        return row
    return _apply(session, row, Close(closing), caller, now)


def reclassify(session: StoreSession, row: Incident, caller: Principal, now: datetime, body: ClosingIn) -> Incident:
    """Correct the classification of a closed incident, by a new record. Raises `Problem` (409) while it is open."""
    closing = Closing(body.classification, body.cause_code, body.cause_text)
    return _apply(session, row, Reclassify(closing), caller, now)


def intervene(session: StoreSession, row: Incident, caller: Principal, now: datetime, *, taken: bool) -> Incident:
    """The centre takes command, or goes back to watching. Raises `Problem` (409) once it is closed."""
    return _apply(session, row, Intervene() if taken else StandDown(), caller, now)


def correct(
    session: StoreSession, row: Incident, node: Node, caller: Principal, body: CorrectionIn, now: datetime
) -> Node:
    """Append a node that says what is right instead of another; that one stays."""
    detail = {"text": body.text} | ({"at": body.at.isoformat(timespec="microseconds")} if body.at else {})
    recorded = Recorded(NodeSource.API, user_id=caller.user_id, corrects=node)
    return append_node(session, _draft(NodeKind.NOTE, now, detail, caller), recorded, incident=row)


def note(session: StoreSession, row: Incident, caller: Principal, text: str, now: datetime) -> Node:
    """Append a remark to the timeline."""
    recorded = Recorded(NodeSource.API, user_id=caller.user_id)
    return append_node(session, _draft(NodeKind.NOTE, now, {"text": text}, caller), recorded, incident=row)


def _draft(kind: NodeKind, now: datetime, detail: dict[str, str], caller: Principal) -> NodeDraft:
    machine = {"api_key": caller.name} if caller.user_id is None else {}
    return NodeDraft(kind, now, "", detail={**detail, **machine})


def _apply(session: StoreSession, row: Incident, event: IncidentEvent, caller: Principal, now: datetime) -> Incident:
    lock(session, row)
    if _said_already(session, row, event, caller):
        return row
    try:
        apply_incident_event(session, row, event, now, recorded=Recorded(NodeSource.API, user_id=caller.user_id))
    except IllegalEventError as error:
        raise _illegal(error) from error
    except InvalidClosingError as error:
        raise invalid_field(
            f"#/{error.field}", "closing", Text(f"{error.field}：{error.reason}", error.reason)
        ) from error
    return row


def _said_already(session: StoreSession, row: Incident, event: IncidentEvent, caller: Principal) -> bool:
    kind = _ONCE.get(type(event))
    if kind is None or row.state is IncidentState.CLOSED or caller.user_id is None:
        return False
    told = select(Node.seq).where(Node.incident_id == row.id, Node.kind == kind, Node.user_id == caller.user_id)
    last = session.scalar(told.order_by(Node.seq.desc()).limit(1))
    if last is None:
        return False
    pressed = select(Node.seq).where(Node.incident_id == row.id, Node.kind == NodeKind.ALARM_RAISED, Node.seq > last)
    return session.scalar(pressed.limit(1)) is None


def _illegal(error: IllegalEventError) -> Problem:
    detail = Text(
        f"事件 {error.incident} 当前为 {error.state.value}，不能执行 {error.event.value}。",
        f"Incident {error.incident} is {error.state.value}: {error.event.value} is not possible.",
    )
    extra = {
        "incident": error.incident,
        "state": error.state.value,
        "event": error.event.value,
        "allowed": [event.value for event in allowed(error.state)],
    }
    return Problem(ProblemType.ILLEGAL_TRANSITION, detail, extra=extra)
