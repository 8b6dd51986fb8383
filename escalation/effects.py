"""What must be done because an incident changed. `store.services` carries it out, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalation.nodes import NodeKind


class LiveType(StrEnum):
    """Types of live events, and exactly when each fires. Each fires in the transaction that stores its fact."""

    INCIDENT_RAISED = "incident.raised"  # a new incident was opened
    INCIDENT_RAISED_AGAIN = "incident.raised_again"  # a press or sensor joined an open incident
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"  # the first human being has it
    INCIDENT_ARRIVED = "incident.arrived"  # rescuers at the lift; again for each further crew
    INCIDENT_RELEASED = "incident.released"  # passengers out; again for each further report
    INCIDENT_CLOSED = "incident.closed"
    INCIDENT_RECLASSIFIED = "incident.reclassified"
    INCIDENT_INTERVENED = "incident.centre_intervened"  # the centre took command; not when it had it already
    INCIDENT_STOOD_DOWN = "incident.centre_stood_down"  # it gave command back; not when it had none
    LIFT_CHANGED = (
        "lift.changed"  # a lift's device went off or on line, its mode or supply changed, or a warning began or ended
    )
    MEDIA_STORED = "media.stored"  # a picture, video or sound from a cabin was stored
    INCIDENT_ABANDONED = "incident.abandoned"  # passenger left unanswered; the centre should call back
    NODE_APPENDED = "node.appended"  # any node of an incident, journal, API or rule
    CALL_REFUSED = "security.call_refused"  # a phone that may not call into a cabin, or onto an alarm, was turned away


@dataclass(frozen=True, slots=True)
class AppendNode:
    """Record a response node of the incident at the event's own time."""

    kind: NodeKind
    detail: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell everybody who watches the incident."""

    type: LiveType


Effect = AppendNode | Publish
"""Any of them."""
