"""Who is on duty when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, EstateData, Id
from store.models.organizations import Organization, Phone


class DutyShift(EstateData, Base):
    """One phone on duty from `starts_at` (included) to `ends_at` (excluded), both UTC.

    Of phones on duty at once, the lower `position` is called first; equal ones side by side in the plan's mode.
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_duty_shifts_organization_id_ends_at", "organization_id", "ends_at"),
    )

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship()
    phone: Mapped[Phone] = relationship()
