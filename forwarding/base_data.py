"""Reads what messages tell that was not known when they were queued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from escalation.nodes import NodeKind
from escalation.plan import Role
from store.models import Incident, Lift, Node, Organization, Person, Phone
from store.outbox import place_of
from store.services.payloads import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.models import JsonObject

_TALKED = (NodeKind.LEG_ACCEPTED, NodeKind.TALK_ENDED, NodeKind.CALL_ENDED)
_RECORDED = (
    *_TALKED,
    NodeKind.LEG_FAILED,
    NodeKind.TIER_STARTED,
    NodeKind.CENTRE_INTERVENED,
    NodeKind.ACKNOWLEDGED,
)


def base_data(session: Session, lift_id: int) -> JsonObject:
    """Return owner, maintainer, people and phones of a lift as they are now; empty when it is gone."""
    who = joinedload(Lift.property), joinedload(Lift.maintainer)
    lift = session.scalar(select(Lift).where(Lift.id == lift_id).options(*who))
    if lift is None:
        return {}
    return {
        "place": place_of(lift),
        "active": lift.active,
        "keys": [lift.device_code, lift.registration_no, lift.rescue_no],
        "property": _organization(session, lift.property),
        "maintainer": _organization(session, lift.maintainer),
    }


def _organization(session: Session, row: Organization | None) -> JsonObject | None:
    if row is None:
        return None
    people = session.scalars(select(Person).where(Person.organization_id == row.id, Person.active).order_by(Person.id))
    phones = session.scalars(select(Phone).where(Phone.organization_id == row.id, Phone.active).order_by(Phone.id))
    numbers: dict[int | None, list[JsonObject]] = {}
    for phone in phones:
        told = {"label": phone.label, "kind": phone.kind.value, "number": phone.address}
        numbers.setdefault(phone.person_id, []).append(told)
    return {
        "name": row.name,
        "credit_code": row.credit_code,
        "phone": row.phone,
        "active": row.active,
        "phones": numbers.get(None, []),
        "people": [{"name": one.name, "title": one.title, "phones": numbers.get(one.id, [])} for one in people],
    }


def record(session: Session, number: str, upto: int) -> JsonObject:
    """Return what the nodes of an incident up to `seq` say beside its own times (notice, 三 (一) ③④).

    Who acknowledged, talks and their length in seconds, who did not answer, when it came to the centre.
    """
    query = select(Node).join(Incident, Node.incident_id == Incident.id).where(Incident.number == number)
    query = query.where(Node.seq <= upto, Node.kind.in_(_RECORDED)).order_by(Node.at, Node.seq)
    nodes = session.scalars(query.options(joinedload(Node.person), joinedload(Node.phone), joinedload(Node.user))).all()
    return {
        "acknowledged_by": _acknowledged_by(nodes),
        "transferred_at": moment(
            next(
                (
                    node.at
                    for node in nodes
                    if node.kind is NodeKind.CENTRE_INTERVENED
                    or (node.kind is NodeKind.TIER_STARTED and node.role is Role.CENTRE)
                ),
                None,
            )
        ),
        "talks": _talks(nodes),
        "unanswered": [
            {"at": moment(node.at), "role": _role(node), "target": node.target, "status": node.detail.get("status")}
            for node in nodes
            if node.kind is NodeKind.LEG_FAILED
        ],
    }


def _acknowledged_by(nodes: Sequence[Node]) -> JsonObject | None:
    for node in nodes:
        if node.kind is NodeKind.ACKNOWLEDGED:
            return {"role": node.detail.get("role") or _role(node), "target": node.target, "who": node.who}
    return None


def _talks(nodes: Sequence[Node]) -> list[JsonObject]:
    """A talk ends when the person hangs up (`talk_ended`), or else with the call itself."""
    talks: list[JsonObject] = []
    begun: dict[tuple[int | None, str | None], Node] = {}
    for node in nodes:
        if node.kind is NodeKind.LEG_ACCEPTED:
            begun[node.call_id, node.target] = node
        elif node.kind is NodeKind.TALK_ENDED and (node.call_id, node.target) in begun:
            talks.append(_talk(begun.pop((node.call_id, node.target)), node))
        elif node.kind is NodeKind.CALL_ENDED:
            ending = [place for place in begun if place[0] == node.call_id]
            talks.extend(_talk(begun.pop(place), node) for place in ending)
    return talks


def _talk(first: Node, last: Node) -> JsonObject:
    seconds = max(0, round((last.at - first.at).total_seconds()))
    return {
        "at": moment(first.at),
        "role": _role(first),
        "target": first.target,
        "seconds": seconds,
        "who": first.who,
    }


def _role(node: Node) -> str | None:
    return node.role.value if node.role else None
