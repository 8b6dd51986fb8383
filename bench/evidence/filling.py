"""A database of a year's alarms, written past the services: only its size and its log matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, select

from escalation.nodes import NodeKind
from escalation.plan import Role
from evidence.core.hashing import leaf_hash
from store.facts import FACTS
from store.models import Call, CallKind, Incident, LogLeaf, Node, NodeSource
from store.session import session_scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

BATCH: Final = 5000
_KINDS: Final = (NodeKind.TIER_STARTED, NodeKind.LEG_DIALLED, NodeKind.LEG_FAILED, NodeKind.TIER_FINISHED)


def fill(engine: Engine, count: int, part: int = 0) -> None:
    """Append `count` nodes, shaped as an alarm's are, to the first incident; all logged. Parts differ by number."""
    with session_scope(engine) as session:
        incident = session.scalars(select(Incident).order_by(Incident.id).limit(1)).one()
        call = Call(
            incident=incident,
            call_id=f"bench-{part}.0",
            switch_node="bench",
            kind=CallKind.ALARM,
            started_at=datetime.now(UTC),
        )
        session.add(call)
        session.flush()
        incident_id, call_id, seq = incident.id, call.id, incident.node_count
    with session_scope(engine) as session:
        node_id = session.scalar(select(func.max(Node.id))) or 0
        index = session.scalar(select(func.max(LogLeaf.index)))
    fact, first = FACTS["node"], (index if index is not None else -1) + 1
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for done in range(0, count, BATCH):
        rows = [
            Node(
                id=node_id + number,
                incident_id=incident_id,
                call_id=call_id,
                kind=_KINDS[number % len(_KINDS)],
                at=began + timedelta(milliseconds=37 * number),
                switch_node="bench",
                seq=seq + number,
                tier=1 + number % 3,
                role=Role.PROPERTY,
                round=1,
                target=f"PJSIP/guard-{number % 400}",
                who="值班员",
                detail={"status": "NOANSWER", "cause": "19", "ring_ms": str(number % 900)},
                source=NodeSource.JOURNAL,
                segment=f"filled-{part}",
                offset=number * 377,
            )
            for number in range(done + 1, min(done + BATCH, count) + 1)
        ]
        names = [column.key for column in Node.__table__.columns]
        with session_scope(engine) as session:
            connection = session.connection()
            connection.execute(insert(Node), [{name: getattr(row, name) for name in names} for row in rows])
            leaves = [
                {
                    "index": first + done + place,
                    "fact": "node",
                    "record_id": row.id,
                    "form": 1,
                    "hash": leaf_hash(fact.bytes_of(row)),
                }
                for place, row in enumerate(rows)
            ]
            connection.execute(insert(LogLeaf), leaves)
    with session_scope(engine) as session:
        session.get_one(Incident, incident_id).node_count = seq + count
