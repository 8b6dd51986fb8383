"""Incidents and the calls that belong to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from escalation.states import Classification, IncidentState, Origin
from store.models.base import Base, BigId, BigKey, Id, Json, JsonObject, choice
from store.models.lifts import Lift


class CallKind(StrEnum):
    """Why a call exists."""

    ALARM = "alarm"  # somebody pressed
    CALLBACK = "callback"  # somebody called into a cabin, or a person was called about an incident


class Incident(Base):
    """One alarm of one lift from its first press to its closing; a projection of its nodes.

    `plan` is the escalation plan as it was when the incident was raised. At most one incident of a lift is
    open (of an unknown caller's number as well); the partial indexes hold that promise even against a fault
    in the services.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index(
            "uq_incidents_open_lift",
            "lift_id",
            unique=True,
            sqlite_where=text("state <> 'closed' and lift_id is not null"),
            postgresql_where=text("state <> 'closed' and lift_id is not null"),
        ),
        Index(
            "uq_incidents_open_caller",
            "caller",
            unique=True,
            sqlite_where=text("state <> 'closed' and lift_id is null and caller is not null"),
            postgresql_where=text("state <> 'closed' and lift_id is null and caller is not null"),
        ),
        Index("ix_incidents_lift_id_raised_at", "lift_id", "raised_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)  # 20261122-0001, day in Asia/Shanghai
    lift_id: Mapped[int | None] = mapped_column(ForeignKey("lifts.id"))  # absent: an unknown caller
    caller: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[IncidentState] = mapped_column(choice(IncidentState, "state"), index=True)
    origin: Mapped[Origin] = mapped_column(choice(Origin, "origin"))
    classification: Mapped[Classification | None] = mapped_column(choice(Classification, "classification"))
    cause_code: Mapped[str | None] = mapped_column(String(8))
    cause_text: Mapped[str | None] = mapped_column(Text)
    centre_intervening: Mapped[bool] = mapped_column(default=False)
    abandoned: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[JsonObject] = mapped_column(Json)
    place: Mapped[JsonObject | None] = mapped_column(Json)  # the lift as it was then (see `store.snapshots`)
    raised_at: Mapped[datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    node_count: Mapped[int] = mapped_column(default=0)  # the last node's `seq`

    lift: Mapped[Lift | None] = relationship()
    calls: Mapped[list[Call]] = relationship(back_populates="incident", order_by="Call.id")


class IncidentDay(Base):
    """Last incident number given out on a day of Asia/Shanghai; its row lock makes openings take turns."""

    __tablename__ = "incident_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Call(Base):
    """One call as the switch knows it: all channels with one linked id."""

    __tablename__ = "calls"

    id: Mapped[BigId]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    lift_id: Mapped[int | None] = mapped_column(ForeignKey("lifts.id"), index=True)
    call_id: Mapped[str] = mapped_column(String(80), unique=True)  # Asterisk's LinkedID, begins with the node's name
    switch_node: Mapped[str] = mapped_column(String(64))
    kind: Mapped[CallKind] = mapped_column(choice(CallKind, "kind"))
    cabin_channel: Mapped[str | None] = mapped_column(String(128))
    resumes_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("calls.id"))  # goes on after a crash
    started_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]  # a person took it; the switch itself answers at once
    ended_at: Mapped[datetime | None]
    end_cause: Mapped[str | None] = mapped_column(String(32))

    incident: Mapped[Incident | None] = relationship(back_populates="calls")
    lift: Mapped[Lift | None] = relationship()
    resumes: Mapped[Call | None] = relationship(remote_side="Call.id")
