"""Escalation plans as rows. What they mean and which are valid is `escalation.plan`'s business."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from escalation.plan import Accept, Mode, Role, TargetKind
from store.models.base import Base, EstateData, Id, choice
from store.models.lifts import Lift
from store.models.organizations import Organization, Phone


class Plan(EstateData, Base):
    """A named escalation plan; several lifts may share one."""

    __tablename__ = "plans"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100), unique=True)

    tiers: Mapped[list[PlanTier]] = relationship(
        back_populates="plan", order_by="PlanTier.position", cascade="all, delete-orphan"
    )
    lifts: Mapped[list[Lift]] = relationship(back_populates="plan")


class PlanTier(EstateData, Base):
    """One step of a plan: a role rung for `ring_s` seconds, counted from the callee's ringing."""

    __tablename__ = "plan_tiers"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("ring_s between 5 and 120", name="ring"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Id]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    position: Mapped[int]  # 1, 2, 3 …
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    mode: Mapped[Mode] = mapped_column(choice(Mode, "mode"), default=Mode.PARALLEL)
    ring_s: Mapped[int] = mapped_column(default=15)  # notice, annex 1 section 二

    plan: Mapped[Plan] = relationship(back_populates="tiers")
    targets: Mapped[list[PlanTarget]] = relationship(
        back_populates="tier", order_by="PlanTarget.position", cascade="all, delete-orphan"
    )


class PlanTarget(EstateData, Base):
    """Whom a tier rings: one phone, whoever of an organization is on duty, or the centre.

    `accept` and `allowance_s` override the phone's own; absent means the phone's.
    """

    __tablename__ = "plan_targets"
    __table_args__ = (
        UniqueConstraint("tier_id", "position"),
        CheckConstraint("allowance_s is null or allowance_s between 0 and 60", name="allowance"),
        CheckConstraint(
            "(kind = 'phone' and phone_id is not null)"
            " or (kind = 'duty' and organization_id is not null)"
            " or (kind = 'centre' and phone_id is null and organization_id is null)",
            name="points_at",
        ),
    )

    id: Mapped[Id]
    tier_id: Mapped[int] = mapped_column(ForeignKey("plan_tiers.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[TargetKind] = mapped_column(choice(TargetKind, "kind"))
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    accept: Mapped[Accept | None] = mapped_column(choice(Accept, "accept"))
    allowance_s: Mapped[int | None]

    tier: Mapped[PlanTier] = relationship(back_populates="targets")
    phone: Mapped[Phone | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
