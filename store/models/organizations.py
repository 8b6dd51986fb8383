"""Organizations, their people and the phones the switch can ring."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from escalation.plan import Accept
from store.models.base import Base, EstateData, Id, choice


class OrganizationKind(StrEnum):
    """Part an organization plays for its lifts."""

    PROPERTY = "property"  # 使用单位 / 物业
    MAINTAINER = "maintainer"  # 维保单位
    CENTRE = "centre"  # 电梯应急处置技术中心 (96365)
    SUPERVISOR = "supervisor"  # 市场监督管理部门


class PhoneKind(StrEnum):
    """How the switch reaches a phone."""

    SIP = "sip"  # registers with the switch itself; `address` is its account name
    TRUNK = "trunk"  # reached through the carrier; `address` is its number


class Organization(EstateData, Base):
    """A property, a maintainer, the centre or a supervising authority."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    kind: Mapped[OrganizationKind] = mapped_column(choice(OrganizationKind, "kind"))
    name: Mapped[str] = mapped_column(String(200), unique=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)  # 统一社会信用代码
    phone: Mapped[str | None] = mapped_column(String(32))  # office number, for people; never rung by the switch
    active: Mapped[bool] = mapped_column(default=True)

    people: Mapped[list[Person]] = relationship(back_populates="organization", order_by="Person.id")
    phones: Mapped[list[Phone]] = relationship(back_populates="organization", order_by="Phone.id")


class Person(EstateData, Base):
    """Somebody who answers alarms or goes to the lift."""

    __tablename__ = "people"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    title: Mapped[str | None] = mapped_column(String(100))
    active: Mapped[bool] = mapped_column(default=True)

    organization: Mapped[Organization] = relationship(back_populates="people")
    phones: Mapped[list[Phone]] = relationship(back_populates="person", order_by="Phone.id")


class Phone(EstateData, Base):
    """A telephone the switch rings: a desk phone, a softphone or a mobile.

    `address` is unique among phones; a SIP account must not be a cabin's either (see `store.accounts`).
    """

    __tablename__ = "phones"
    __table_args__ = (CheckConstraint("allowance_s between 0 and 60", name="allowance"),)

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    kind: Mapped[PhoneKind] = mapped_column(choice(PhoneKind, "kind"))
    address: Mapped[str] = mapped_column(String(64), unique=True)
    ha1: Mapped[str | None] = mapped_column(String(32))  # MD5(account:liftline:password), SIP phones only
    accept: Mapped[Accept] = mapped_column(choice(Accept, "accept"), default=Accept.ANSWER)
    allowance_s: Mapped[int] = mapped_column(default=0)  # seconds a carrier may need before the phone rings
    active: Mapped[bool] = mapped_column(default=True)

    organization: Mapped[Organization] = relationship(back_populates="phones")
    person: Mapped[Person | None] = relationship(back_populates="phones")
