"""Response nodes (响应节点): the record of what happened, only ever appended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from escalation.nodes import NodeKind
from escalation.plan import Role
from store.models.base import Base, BigId, BigKey, Json, JsonObject, choice
from store.models.incidents import Call, Incident
from store.models.organizations import Person, Phone
from store.models.users import User


class NodeSource(StrEnum):
    """Who says so."""

    JOURNAL = "journal"  # the switch wrote it down
    API = "api"  # a person or machine said so through the API
    SYSTEM = "system"  # followed from the above by rule


_REFUSED = text("kind = 'callback_refused'")


class Node(Base):
    """One fact, at one moment, with milliseconds (notice, annex 1 section 三 (一)).

    A trigger in the database refuses UPDATE and DELETE. A correction is a new node whose `corrects` names the
    old one. `seq` counts within the incident, in the order of recording; `at` is the switch's own time.
    A journal node names the record it came from, and only one node may: that makes collecting exactly-once.
    """

    __tablename__ = "nodes"
    __table_args__ = (
        UniqueConstraint("switch_node", "segment", "offset"),
        UniqueConstraint("incident_id", "seq"),
        CheckConstraint(
            "(source = 'journal') = (segment is not null and \"offset\" is not null)", name="journal_position"
        ),
        Index("ix_nodes_incident_id_at", "incident_id", "at"),
        # Few among millions, and asked for by their time alone.
        Index("ix_nodes_refused_at", "at", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
    )

    id: Mapped[BigId]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    call_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("calls.id"), index=True)
    lift_id: Mapped[int | None] = mapped_column(ForeignKey("lifts.id"), index=True)  # of what sensors saw
    kind: Mapped[NodeKind] = mapped_column(choice(NodeKind, "kind", closed=False))
    at: Mapped[datetime] = mapped_column(index=True)
    switch_node: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int]  # 0 where there is no incident
    tier: Mapped[int | None]
    role: Mapped[Role | None] = mapped_column(choice(Role, "role"))
    round: Mapped[int | None]
    target: Mapped[str | None] = mapped_column(String(128))
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    who: Mapped[str | None] = mapped_column(String(200))  # their name as it was then (see `store.snapshots`)
    detail: Mapped[JsonObject] = mapped_column(Json, default=dict)
    source: Mapped[NodeSource] = mapped_column(choice(NodeSource, "source"))
    segment: Mapped[str | None] = mapped_column(String(128))
    offset: Mapped[int | None] = mapped_column(BigKey)
    corrects_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("nodes.id"))

    incident: Mapped[Incident | None] = relationship()
    call: Mapped[Call | None] = relationship()
    phone: Mapped[Phone | None] = relationship()
    person: Mapped[Person | None] = relationship()
    user: Mapped[User | None] = relationship()
    corrects: Mapped[Node | None] = relationship(remote_side="Node.id", viewonly=True)  # written as `corrects_id`
