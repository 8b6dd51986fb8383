"""Live events: what the API's event stream sends, in the order of their ids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, Json, JsonObject


class LiveEvent(Base):
    """One event, written in the same transaction as the fact it tells of.

    Ids become visible in ascending order (see `store.live`), so that a client which has seen id n has seen
    all before it. `property_id` and `maintainer_id` say which organizations may see it besides the centre.
    """

    __tablename__ = "live_events"
    __table_args__ = ({"sqlite_autoincrement": True},)  # an id is never given out twice, even after trimming

    id: Mapped[BigId]
    at: Mapped[datetime] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(String(64))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    lift_id: Mapped[int | None] = mapped_column(ForeignKey("lifts.id"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    maintainer_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    payload: Mapped[JsonObject] = mapped_column(Json, default=dict)
