"""What must be done towards the outside because of a fact: calls and notices. Stored with the fact, done afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, Json, JsonObject, choice
from store.models.incidents import Incident
from store.models.lifts import Lift


class IntentKind(StrEnum):
    """What is to be done; a member may be added, never renamed."""

    ENTRAPMENT = "entrapment"  # call property and maintainers at once, and the cabin
    FAULT_STOP = "fault_stop"  # tell property and maintainer; first to confirm has it
    DEVICE_OFFLINE = "device_offline"  # tell property and maintainer, once
    DEVICE_ONLINE = "device_online"  # likewise, that it is back
    POWER_WARNING = "power_warning"  # on battery, battery low or short
    MAINTENANCE_WARNING = "maintenance_warning"
    DEVICE_ALARM = "device_alarm"


class IntentState(StrEnum):
    """How far it is."""

    PENDING = "pending"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"  # no longer needed before it was begun


class Intent(Base):
    """One thing to do. `key` names the fact it follows from, so that the same fact asks for it once.

    `payload` holds what must be known to do it, with `since` and `at` in ISO 8601, UTC.
    """

    __tablename__ = "intents"
    __table_args__ = (Index("ix_intents_state_not_before", "state", "not_before"),)

    id: Mapped[BigId]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[IntentKind] = mapped_column(choice(IntentKind, "kind", closed=False))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"), index=True)
    payload: Mapped[JsonObject] = mapped_column(Json, default=dict)
    state: Mapped[IntentState] = mapped_column(choice(IntentState, "state"), default=IntentState.PENDING)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]

    incident: Mapped[Incident | None] = relationship()
    lift: Mapped[Lift] = relationship()
