"""What sensor gateways told, how far it was looked at, and what is known of each device."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sensing.events import MediaKind
from store.models.base import Base, BigId, BigKey, Id, Json, JsonObject, choice
from store.models.incidents import Incident
from store.models.lifts import Lift


class Gateway(Base):
    """Who sends: the name under which keys are given out. It stays when a key is renewed."""

    __tablename__ = "gateways"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(64), unique=True)


class GatewayEvent(Base):
    """One accepted event, as it was told. Narrow, because there are more of them than of everything else.

    `id` is the order of acceptance and becomes visible in that order (`intake.accepting.store`); an id is never given
    out twice. Moments are milliseconds since 1970, UTC: comparing and writing them costs nothing. `data` is the
    payload's JSON. Rows are kept for a bounded time (`store.services.housekeeping`): the facts that follow from them
    are nodes.
    """

    __tablename__ = "gateway_events"
    __table_args__ = (
        UniqueConstraint("gateway_id", "event_id"),
        Index("ix_gateway_events_kind_received_ms", "kind", "received_ms"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[BigId]
    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateways.id"))
    event_id: Mapped[str] = mapped_column(String(64))
    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    occurred_ms: Mapped[int] = mapped_column(BigKey)
    received_ms: Mapped[int] = mapped_column(BigKey)
    sequence: Mapped[int | None] = mapped_column(BigKey)
    data: Mapped[str] = mapped_column(Text)


class FollowPosition(Base):
    """How far somebody has followed accepted events; stored in the transaction of what followed from them."""

    __tablename__ = "follow_positions"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(BigKey)
    updated_at: Mapped[datetime]


class Device(Base):
    """What is known of a lift's device: whether it is there, and the car as it last told. A projection of events."""

    __tablename__ = "devices"

    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"), primary_key=True)
    gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateways.id"))
    interval_s: Mapped[int | None]
    """Longest silence agreed for this device; absent: what it says itself, or the default."""
    told_interval_s: Mapped[int | None]
    """What its heartbeat says."""
    seen_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is off line unless it is heard again."""
    online: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    """Since when it is on line, or off line."""
    live: Mapped[JsonObject] = mapped_column(Json, default=dict)
    """The car's last known fields."""
    track: Mapped[str | None] = mapped_column(Text)
    """State of detection, as `sensing` writes it down."""
    track_position: Mapped[int] = mapped_column(BigKey, default=0)
    """Id of the newest event in it."""
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When detection must look again though nothing was told."""

    lift: Mapped[Lift] = relationship()


class LiftDay(Base):
    """Runs of a lift on one day of Asia/Shanghai (notice, annex 1 section 七: 关门-运行-开门 is one run)."""

    __tablename__ = "lift_days"

    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    runs: Mapped[int]


class DeviceLink(StrEnum):
    """Whether data comes from a device."""

    ONLINE = "online"
    OFFLINE = "offline"


class DeviceChange(Base):
    """A device went off line or came back (notice, annex 1 section 七). Only ever appended.

    `at` is the moment itself: of the first event after the silence, or of the last one before it. `noticed_at` is
    when it was found out. One row after the other they are the device's whole history, without a gap.
    """

    __tablename__ = "device_changes"
    __table_args__ = (Index("ix_device_changes_lift_id_id", "lift_id", "id"),)

    id: Mapped[BigId]
    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"))
    link: Mapped[DeviceLink] = mapped_column(choice(DeviceLink, "link"))
    at: Mapped[datetime]
    noticed_at: Mapped[datetime]


class Media(Base):
    """A picture, video or sound from a cabin. `file` is relative to the media folder."""

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("gateway_id", "media_id"),)

    id: Mapped[BigId]
    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateways.id"))
    media_id: Mapped[str] = mapped_column(String(64))  # the gateway's own name of it
    kind: Mapped[MediaKind] = mapped_column(choice(MediaKind, "kind"))
    file: Mapped[str] = mapped_column(String(255), unique=True)
    content_type: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigKey)
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    stored_at: Mapped[datetime]

    lift: Mapped[Lift] = relationship()
    incident: Mapped[Incident | None] = relationship()
