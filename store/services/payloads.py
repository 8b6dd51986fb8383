"""What live events carry: enough to draw the change without asking again."""

from __future__ import annotations

from datetime import datetime

from escalation.nodes import TITLES
from store.models import Incident, JsonObject, Node


def incident_payload(row: Incident) -> JsonObject:
    """State and times of an incident. Times are ISO 8601 UTC with microseconds."""
    lift = row.lift
    return {
        "number": row.number,
        "state": row.state.value,
        "origin": row.origin.value,
        "caller": row.caller,
        "lift": None
        if lift is None
        else {
            "id": lift.id,
            "device_code": lift.device_code,
            "rescue_no": lift.rescue_no,
            "name": lift.name,
            "address": lift.address,
        },
        "centre_intervening": row.centre_intervening,
        "abandoned": row.abandoned,
        "classification": row.classification.value if row.classification else None,
        "cause_code": row.cause_code,
        "raised_at": moment(row.raised_at),
        "acknowledged_at": moment(row.acknowledged_at),
        "arrived_at": moment(row.arrived_at),
        "released_at": moment(row.released_at),
        "closed_at": moment(row.closed_at),
    }


def node_payload(row: Node) -> JsonObject:
    """A response node with its titles."""
    chinese, english = TITLES[row.kind]
    return {
        "id": row.id,
        "seq": row.seq,
        "kind": row.kind.value,
        "title": {"zh": chinese, "en": english},
        "at": moment(row.at),
        "incident": row.incident.number if row.incident else None,
        "call": row.call.call_id if row.call else None,
        "switch_node": row.switch_node,
        "tier": row.tier,
        "role": row.role.value if row.role else None,
        "round": row.round,
        "target": row.target,
        "person": row.who,
        "detail": row.detail,
        "source": row.source.value,
        "corrects": row.corrects_id,
    }


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with microseconds."""
    return at.isoformat(timespec="microseconds") if at else None
