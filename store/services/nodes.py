"""Append response nodes. There is no other way to write one, and none to change one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from escalation.effects import LiveType
from escalation.journal import NodeDraft
from store.live import About, append_live_event
from store.models import Call, Incident, Lift, Node, NodeSource, Person, Phone, User
from store.repositories import phones
from store.services.node_ids import next_node_id
from store.services.payloads import node_payload
from store.session import StoreSession, notes
from store.snapshots import name_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a node comes from."""

    source: NodeSource
    segment: str | None = None
    """Journal segment and byte offset of the record; journal nodes only, and always."""
    offset: int | None = None
    user_id: int | None = None
    """Who said so through the API."""
    corrects: Node | None = None
    """The node this one corrects, which stays as it is."""


_LOCKED: Final = "locked_incidents"

SYSTEM: Final = Recorded(NodeSource.SYSTEM)
"""Followed by rule."""


def append_node(
    session: StoreSession,
    draft: NodeDraft,
    recorded: Recorded,
    *,
    incident: Incident | None = None,
    call: Call | None = None,
    lift: Lift | None = None,
) -> Node:
    """Append a node, and a live event if it belongs to an incident.

    `lift` is for what sensors saw, which may belong to no incident.

    The incident's row stays locked until the transaction ends, so that `seq` has no gaps and no twins.
    Phone and person are found from the target. The node has its id at once, and goes to the database with the next
    flush, the commit's at the latest: hundreds of nodes of one transaction are one statement.

    Raises:
        sqlalchemy.exc.IntegrityError: from that flush: this journal record has its node already.
    """
    seq = _next_seq(session, incident)  # first the lock, then the id
    phone = phones.by_target(session, draft.target) if draft.target else None
    person = phone.person if phone else None
    user = session.get_one(User, recorded.user_id) if recorded.user_id else None
    node = Node(
        id=next_node_id(session),
        lift_id=lift.id if lift else None,
        kind=draft.kind,
        at=draft.at,
        switch_node=draft.switch_node or None,
        seq=seq,
        tier=draft.tier,
        role=draft.role,
        round=draft.round,
        target=draft.target,
        detail=dict(draft.detail),
        source=recorded.source,
        segment=recorded.segment,
        offset=recorded.offset,
    )
    _refer(node, incident=incident, call=call, phone=phone, person=person, user=user, corrects=recorded.corrects)
    node.who = name_of(session, node)
    session.add(node)
    if incident is not None:
        about = About(incident=incident, payload=node_payload(node))
        append_live_event(session, LiveType.NODE_APPENDED, draft.at, about)
    return node


def _refer(node: Node, **rows: Incident | Call | Phone | Person | User | Node | None) -> None:
    """Let a new node refer to other rows.

    Most are in the database already, and a node knows its id in any case. Those are named by their id: as objects they
    would make each flush work out anew which rows must go before which.
    """
    for name, row in rows.items():
        if row is None or isinstance(row, Node) or instance_state(row).persistent:
            setattr(node, f"{name}_id", row.id if row else None)
            set_committed_value(node, name, row)
        else:
            setattr(node, name, row)


def lock(session: StoreSession, incident: Incident) -> None:
    """Lock an incident's row until the transaction ends, and read it anew: what was loaded may be out of date.

    Once a transaction has the lock nobody else can change the row, so it is read only once.
    """
    if incident not in _locked(session):
        lock_all(session, [incident.id])


def lock_all(session: StoreSession, ids: Collection[int]) -> None:
    """Lock many incidents' rows, none of them locked yet, with one statement, and read them with their lifts.

    In the order of their ids, so that no two who do so wait for each other.
    """
    session.flush()  # what has been changed here must not be read over
    rows = select(Incident).where(Incident.id.in_(ids)).order_by(Incident.id).options(joinedload(Incident.lift))
    _locked(session).update(
        session.scalars(rows.with_for_update(of=Incident).execution_options(populate_existing=True))
    )


def own(session: StoreSession, incident: Incident) -> None:
    """Note that this transaction has made the incident: until it commits nobody else can see the row."""
    _locked(session).add(incident)


def _locked(session: StoreSession) -> set[Incident]:
    locked: set[Incident] = notes(session).setdefault(_LOCKED, set())
    return locked


def _next_seq(session: StoreSession, incident: Incident | None) -> int:
    if incident is None:
        return 0
    lock(session, incident)
    incident.node_count += 1
    return incident.node_count
