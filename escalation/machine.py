"""Applies events to incidents: pure functions over `escalation.table`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from escalation.causes import InvalidClosingError, check_closing
from escalation.effects import AppendNode, Effect, LiveType, Publish
from escalation.events import Abandon, Acknowledge, Arrive, Close, Intervene, Raise, Reclassify, Release, StandDown
from escalation.incident import Incident
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from escalation.table import CLOSABLE, TRANSITIONS

if TYPE_CHECKING:
    from datetime import datetime

    from escalation.events import Closing, IncidentEvent
    from escalation.plan import Plan
    from escalation.states import EventKind, Origin

Result = tuple[Incident, tuple[Effect, ...]]
"""The incident after the event, and what must be done, in order."""


class IllegalEventError(Exception):
    """The event cannot happen in the incident's state. Nothing was changed.

    Attributes:
        incident: number of the incident.
        state: the state it is in.
        event: the event that was refused.
    """

    def __init__(self, incident: str, state: IncidentState, event: EventKind) -> None:
        self.incident = incident
        self.state = state
        self.event = event
        super().__init__(f"incident {incident} is {state}: {event} is not possible")


def raise_incident(number: str, origin: Origin, plan: Plan, now: datetime) -> Result:
    """Begin a new incident with its own copy of the plan.

    Raises:
        ValueError: `now` has no time zone.
    """
    return Incident(number, origin, plan, _aware(now)), (Publish(LiveType.INCIDENT_RAISED),)


def apply(incident: Incident, event: IncidentEvent, now: datetime) -> Result:
    """Apply an event that happened at `now`.

    A time before the incident's beginning (a clock was set back) counts as that beginning.

    Raises:
        IllegalEventError: the table has no such event in this state.
        InvalidClosingError: the closing's classification, code and text do not go together, or not with the state.
        ValueError: `now` has no time zone.
    """
    try:
        state = TRANSITIONS[incident.state][event.kind]
    except KeyError:
        raise IllegalEventError(incident.number, incident.state, event.kind) from None
    at = max(_aware(now), incident.raised_at)
    after, effects = _act(incident, event, at)
    return replace(after, state=state), effects


def _act(incident: Incident, event: IncidentEvent, at: datetime) -> Result:
    result: Result
    match event:
        case Raise():
            # Whoever pressed is waiting for an answer (again), and not known to be out.
            after = replace(incident, released_at=None, abandoned=False)
            result = after, (Publish(LiveType.INCIDENT_RAISED_AGAIN),)
        case Acknowledge():
            result = _acknowledge(incident, event, at)
        case Arrive():
            after = replace(incident, arrived_at=incident.arrived_at or at)
            result = after, _told(NodeKind.ARRIVED, LiveType.INCIDENT_ARRIVED)
        case Release(people=people):
            after = replace(incident, released_at=incident.released_at or at)
            result = after, _told(NodeKind.RELEASED, LiveType.INCIDENT_RELEASED, people=people)
        case Close(closing=closing):
            result = _close(incident, closing, at)
        case Reclassify(closing=closing):
            result = _reclassify(incident, closing)
        case Intervene() | StandDown():
            result = _command(incident, taken=isinstance(event, Intervene))
        case Abandon():
            result = _abandon(incident)
    return result


def _acknowledge(incident: Incident, event: Acknowledge, at: datetime) -> Result:
    if incident.acknowledged_at is None:
        after = replace(incident, acknowledged_at=at, abandoned=False)
        return after, _told(NodeKind.ACKNOWLEDGED, LiveType.INCIDENT_ACKNOWLEDGED, role=event.role, target=event.target)
    again = incident.state is IncidentState.RAISED  # pressed again after a release
    effects: tuple[Effect, ...] = (Publish(LiveType.INCIDENT_ACKNOWLEDGED),) if again else ()
    return replace(incident, abandoned=False), effects


def _close(incident: Incident, closing: Closing, at: datetime) -> Result:
    if closing.classification not in CLOSABLE[incident.state]:
        raise InvalidClosingError("classification", f"{closing.classification} is not possible while {incident.state}")
    after = replace(_classified(incident, closing), closed_at=at, centre_intervening=False)
    return after, _told(NodeKind.CLOSED, LiveType.INCIDENT_CLOSED, **_words(closing))


def _reclassify(incident: Incident, closing: Closing) -> Result:
    after = _classified(incident, closing)
    return after, _told(NodeKind.RECLASSIFIED, LiveType.INCIDENT_RECLASSIFIED, **_words(closing))


def _classified(incident: Incident, closing: Closing) -> Incident:
    check_closing(closing)
    return replace(
        incident,
        classification=closing.classification,
        cause_code=closing.cause_code,
        cause_text=closing.cause_text,
    )


def _command(incident: Incident, *, taken: bool) -> Result:
    if incident.centre_intervening is taken:
        return incident, ()
    after = replace(incident, centre_intervening=taken)
    if taken:
        return after, _told(NodeKind.CENTRE_INTERVENED, LiveType.INCIDENT_INTERVENED)
    return after, _told(NodeKind.CENTRE_STOOD_DOWN, LiveType.INCIDENT_STOOD_DOWN)


def _abandon(incident: Incident) -> Result:
    # Once somebody has the alarm, a later unanswered press is told by its call's own nodes.
    if incident.state is not IncidentState.RAISED or incident.abandoned:
        return incident, ()
    return replace(incident, abandoned=True), _told(NodeKind.ABANDONED, LiveType.INCIDENT_ABANDONED)


def _told(node: NodeKind, live: LiveType, **detail: str | int | None) -> tuple[Effect, ...]:
    known = {name: value for name, value in detail.items() if value is not None}
    return AppendNode(node, known), Publish(live)


def _words(closing: Closing) -> dict[str, str | None]:
    return {
        "classification": closing.classification,
        "cause_code": closing.cause_code,
        "cause_text": closing.cause_text,
    }


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {now!r}")
    return now
