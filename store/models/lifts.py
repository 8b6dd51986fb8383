"""Lifts and their cabin phones."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, EstateData, Id, choice
from store.models.organizations import Organization

if TYPE_CHECKING:
    from store.models.plans import Plan


class CabinKind(StrEnum):
    """How the alarm button's phone reaches the switch."""

    SIP = "sip"  # registers; `cabin_address` is its account name
    TRUNK = "trunk"  # GSM or analogue, calls in; `cabin_address` is its caller number


class Lift(EstateData, Base):
    """One lift with its cabin. Device code, registration number and rescue number each name it alone.

    The three are the matching keys of the notice (annex 1 section 一 (一) 2).
    """

    __tablename__ = "lifts"

    id: Mapped[Id]
    device_code: Mapped[str] = mapped_column(String(32), unique=True)  # 设备代码
    registration_no: Mapped[str] = mapped_column(String(32), unique=True)  # 使用登记证号
    rescue_no: Mapped[str] = mapped_column(String(6), unique=True)  # 轿厢内 6 位救援编号
    name: Mapped[str] = mapped_column(String(200))  # what people call it, spoken and shown
    district: Mapped[str | None] = mapped_column(String(100))  # 行政区划
    address: Mapped[str | None] = mapped_column(String(200))  # 安装地址
    community: Mapped[str | None] = mapped_column(String(100))  # 小区
    building: Mapped[str | None] = mapped_column(String(32))  # 楼号
    unit: Mapped[str | None] = mapped_column(String(32))  # 单元
    car: Mapped[str | None] = mapped_column(String(32))  # 梯号
    property_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    maintainer_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    cabin_kind: Mapped[CabinKind] = mapped_column(choice(CabinKind, "cabin_kind"))
    cabin_address: Mapped[str] = mapped_column(String(64), unique=True)
    cabin_ha1: Mapped[str | None] = mapped_column(String(32))
    did: Mapped[str | None] = mapped_column(String(32), unique=True)  # number on the trunk the cabin dials
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"), index=True)  # absent: the default plan
    active: Mapped[bool] = mapped_column(default=True)

    property: Mapped[Organization | None] = relationship(foreign_keys=[property_id])
    maintainer: Mapped[Organization | None] = relationship(foreign_keys=[maintainer_id])
    plan: Mapped[Plan | None] = relationship(back_populates="lifts")
