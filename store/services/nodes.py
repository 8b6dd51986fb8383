"""Append response nodes. There is no other way to write one, and none to change one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from escalation.effects import LiveType
from escalation.journal import NodeDraft
from store.live import About, append_live_event
from store.models import Call, Incident, Lift, Node, NodeSource
from store.repositories import phones
from store.services.payloads import node_payload
from store.session import StoreSession


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
    Phone and person are found from the target.

    Raises:
        sqlalchemy.exc.IntegrityError: this journal record has its node already.
    """
    phone = phones.by_target(session, draft.target) if draft.target else None
    node = Node(
        incident=incident,
        call=call,
        lift_id=lift.id if lift else None,
        kind=draft.kind,
        at=draft.at,
        switch_node=draft.switch_node or None,
        seq=_next_seq(session, incident),
        tier=draft.tier,
        role=draft.role,
        round=draft.round,
        target=draft.target,
        phone=phone,
        person_id=phone.person_id if phone else None,
        user_id=recorded.user_id,
        detail=dict(draft.detail),
        source=recorded.source,
        segment=recorded.segment,
        offset=recorded.offset,
        corrects=recorded.corrects,
    )
    session.add(node)
    session.flush()
    if incident is not None:
        about = About(incident=incident, payload=node_payload(node))
        append_live_event(session, LiveType.NODE_APPENDED, draft.at, about)
    return node


def lock(session: StoreSession, incident: Incident) -> None:
    """Lock an incident's row until the transaction ends, and read it anew: what was loaded may be out of date.

    Once a transaction has the lock nobody else can change the row, so it is read only once.
    """
    locked: set[int] = session.info.setdefault(_LOCKED, set())
    if incident.id not in locked:
        session.flush()
        session.refresh(incident, with_for_update=True)
        locked.add(incident.id)


@event.listens_for(StoreSession, "after_transaction_end")
def _unlock(session: Session, transaction: SessionTransaction) -> None:
    # Also at the end of a savepoint: rolled back, it gives up the locks taken in it. Not at the end of a flush.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_LOCKED, None)


def _next_seq(session: StoreSession, incident: Incident | None) -> int:
    if incident is None:
        return 0
    lock(session, incident)
    incident.node_count += 1
    return incident.node_count
