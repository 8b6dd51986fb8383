"""Open incidents and let events happen to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation import incident as values
from escalation.effects import AppendNode, Effect, Publish
from escalation.events import IncidentEvent, Raise, Reclassify
from escalation.journal import NodeDraft
from escalation.machine import apply, raise_incident
from escalation.nodes import NodeKind
from escalation.snapshot import from_json, to_json
from escalation.states import Origin
from store.live import About, append_live_event
from store.models import Call, Incident, Lift
from store.numbers import next_number, take_turn
from store.repositories import incidents
from store.repositories.plans import plan_of
from store.services.nodes import SYSTEM, Recorded, append_node, lock, own
from store.services.payloads import incident_payload
from store.session import StoreSession


@dataclass(frozen=True, slots=True)
class Opened:
    """The incident an alarm belongs to."""

    incident: Incident
    created: bool
    """False: it joined the one that was open."""


def open_incident(
    session: StoreSession,
    origin: Origin,
    at: datetime,
    *,
    lift: Lift | None,
    caller: str | None = None,
    flush: bool = True,
) -> Opened:
    """Give the open incident of a lift (or unknown caller), or open a new one with its copy of the plan.

    Openings take turns, so that two presses in the same instant make one incident. Call it before other writes
    of the transaction where you can: whoever holds an incident's lock and then waits here may be refused by
    PostgreSQL as a deadlock, and has to run the transaction again.

    Args:
        session: the writing transaction.
        origin: press or sensor.
        at: the switch's time of the press, aware.
        lift: None for an unknown caller.
        caller: their number; None when withheld, which always makes a new incident.
        flush: write a new incident at once, so that it has its id. Who opens many leaves that to a later flush.
    """
    take_turn(session, at)
    row = incidents.open_of(session, lift.id if lift else None, caller)
    if row is not None:
        apply_incident_event(session, row, Raise(origin), at)
        return Opened(row, created=False)
    value, effects = raise_incident(next_number(session, at), origin, plan_of(session, lift), at)
    row = Incident(number=value.number, origin=origin, lift=lift, caller=caller, plan=to_json(value.plan), node_count=0)
    _write(row, value)
    session.add(row)
    if flush:
        session.flush()
    own(session, row)
    incidents.note_opened(session, row)
    _carry_out(session, row, effects, at, recorded=SYSTEM, call=None)
    return Opened(row, created=True)


def apply_incident_event(
    session: StoreSession,
    row: Incident,
    event: IncidentEvent,
    at: datetime,
    *,
    recorded: Recorded = SYSTEM,
    call: Call | None = None,
) -> None:
    """Let an event happen to an incident and carry out what follows, in this transaction.

    Args:
        session: the writing transaction.
        row: the incident; its row is locked and read anew.
        event: what happened.
        at: when; the switch's time for calls, the server's for clicks.
        recorded: who says so. The journal's own record has its node already, so its consequences are SYSTEM.
        call: the call it came from.

    Raises:
        escalation.machine.IllegalEventError: not possible in the incident's state; nothing was changed.
        escalation.causes.InvalidClosingError: the closing does not hold together; nothing was changed.
    """
    lock(session, row)
    value, effects = apply(_value(row), event, at)
    if isinstance(event, Reclassify):
        closed = incidents.last_node(session, row.id, [NodeKind.CLOSED, NodeKind.RECLASSIFIED])
        recorded = Recorded(recorded.source, user_id=recorded.user_id, corrects=closed)
    _write(row, value)
    _carry_out(session, row, effects, at, recorded=recorded, call=call)


def _carry_out(
    session: StoreSession,
    row: Incident,
    effects: tuple[Effect, ...],
    at: datetime,
    *,
    recorded: Recorded,
    call: Call | None,
) -> None:
    for effect in effects:
        match effect:
            case AppendNode(kind=kind, detail=detail):
                append_node(session, _draft(kind, at, detail, call), recorded, incident=row, call=call)
            case Publish(type=kind):
                append_live_event(session, kind, at, About(incident=row, payload=incident_payload(row)))


def _draft(kind: NodeKind, at: datetime, detail: dict[str, str | int], call: Call | None) -> NodeDraft:
    target = detail.get("target")
    return NodeDraft(
        kind,
        at,
        call.switch_node if call else "",
        target=str(target) if target else None,
        detail={name: value for name, value in detail.items() if name != "target"},
    )


def _value(row: Incident) -> values.Incident:
    return values.Incident(
        number=row.number,
        origin=row.origin,
        plan=from_json(row.plan),
        raised_at=row.raised_at,
        state=row.state,
        acknowledged_at=row.acknowledged_at,
        arrived_at=row.arrived_at,
        released_at=row.released_at,
        closed_at=row.closed_at,
        centre_intervening=row.centre_intervening,
        abandoned=row.abandoned,
        classification=row.classification,
        cause_code=row.cause_code,
        cause_text=row.cause_text,
    )


def _write(row: Incident, value: values.Incident) -> None:
    """Write everything that may change; number, origin, plan and lift never do."""
    row.state = value.state
    row.raised_at = value.raised_at
    row.acknowledged_at = value.acknowledged_at
    row.arrived_at = value.arrived_at
    row.released_at = value.released_at
    row.closed_at = value.closed_at
    row.centre_intervening = value.centre_intervening
    row.abandoned = value.abandoned
    row.classification = value.classification
    row.cause_code = value.cause_code
    row.cause_text = value.cause_text
