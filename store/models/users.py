"""Who may log in, their sessions, and keys for machines. Only hashes of secrets are stored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, Id, choice
from store.models.lifts import Lift
from store.models.organizations import Organization, Phone


class UserRole(StrEnum):
    """What a log-in or key may see and do. Property and maintainer see only their own lifts."""

    CENTRE = "centre"
    PROPERTY = "property"
    MAINTAINER = "maintainer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    GATEWAY = "gateway"  # a machine at the lifts: sends what sensors see, reads nothing


class User(Base):
    """A person's log-in."""

    __tablename__ = "users"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[UserRole] = mapped_column(choice(UserRole, "role"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"))  # rung when this user clicks "call"
    password_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    active: Mapped[bool] = mapped_column(default=True)

    organization: Mapped[Organization | None] = relationship()
    phone: Mapped[Phone | None] = relationship()


class LoginSession(Base):
    """A log-in that lasts until `expires_at`; the token itself is known only to the client."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256, hexadecimal
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class ApiKey(Base):
    """A machine's key: `prefix` finds the row, `hash` proves the rest.

    A gateway's key names the gateway, and is bound to lifts: those in `lifts`, or all that its organization runs or
    maintains. `mqtt_hash` is the same secret as Mosquitto keeps it.
    """

    __tablename__ = "api_keys"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[UserRole] = mapped_column(choice(UserRole, "role"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    gateway: Mapped[str | None] = mapped_column(String(64), index=True)
    mqtt_hash: Mapped[str | None] = mapped_column(String(200))

    organization: Mapped[Organization | None] = relationship()
    lifts: Mapped[list[Lift]] = relationship(secondary="api_key_lifts", order_by=Lift.device_code)


class ApiKeyLift(Base):
    """A lift that a gateway's key may speak for."""

    __tablename__ = "api_key_lifts"

    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    lift_id: Mapped[int] = mapped_column(ForeignKey("lifts.id"), primary_key=True, index=True)
