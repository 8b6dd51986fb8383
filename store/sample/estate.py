"""The sample estate's rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from argon2 import PasswordHasher

from escalation.plan import MOBILE_ALLOWANCE_S, Accept
from store.accounts import ha1
from store.models import (
    CabinKind,
    DutyShift,
    Lift,
    Organization,
    OrganizationKind,
    Person,
    Phone,
    PhoneKind,
    User,
    UserRole,
)
from store.session import StoreSession

COMMUNITY: Final = "阳光小区"
DISTRICT: Final = "石家庄市长安区"
ADDRESS: Final = "石家庄市长安区阳光路 1 号"
DUTY_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
DUTY_UNTIL: Final = datetime(2099, 1, 1, tzinfo=UTC)

Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Passwords:
    """Give the password of a log-in or SIP account."""

    login: Callable[[str], str]
    account: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Addresses:
    """`host:port` of the switch and of the pretend carrier, where phones register."""

    switch: str
    carrier: str


@dataclass(slots=True)
class Notes:
    """What people need to log in and register: clear text, for the secret files."""

    logins: list[Entry] = field(default_factory=list)
    accounts: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Builder:
    """Adds rows and notes down their passwords."""

    session: StoreSession
    passwords: Passwords
    addresses: Addresses
    notes: Notes = field(default_factory=Notes)

    def account(self, name: str, kind: str, label: str, host: str) -> str:
        """Note an account down and give what is kept of its password."""
        password = self.passwords.account(name)
        uri = f"sip:{name}@{host}"
        self.notes.accounts.append({"account": name, "password": password, "kind": kind, "label": label, "uri": uri})
        return ha1(name, password)

    def sip_phone(self, person: Person, name: str, kind: str, label: str) -> Phone:
        """A phone that registers with the switch."""
        digest = self.account(name, kind, label, self.addresses.switch)
        phone = Phone(
            organization=person.organization,
            person=person,
            label=label,
            kind=PhoneKind.SIP,
            address=name,
            ha1=digest,
            accept=Accept.ANSWER,
        )
        self.session.add(phone)
        return phone

    def mobile(self, person: Person, number: str) -> Phone:
        """A mobile behind the carrier; it must press a key, so that voicemail never takes an alarm."""
        label = f"{person.name} 手机"
        self.account(number, "mobile", label, self.addresses.carrier)
        phone = Phone(
            organization=person.organization,
            person=person,
            label=label,
            kind=PhoneKind.TRUNK,
            address=number,
            accept=Accept.KEY,
            allowance_s=MOBILE_ALLOWANCE_S,
        )
        self.session.add(phone)
        return phone

    def user(
        self, login: str, name: str, role: UserRole, organization: Organization | None, phone: Phone | None
    ) -> None:
        """A log-in."""
        password = self.passwords.login(login)
        self.notes.logins.append({"login": login, "password": password, "role": role.value, "name": name})
        digest = PasswordHasher().hash(password)
        self.session.add(
            User(login=login, name=name, role=role, organization=organization, phone=phone, password_hash=digest)
        )


def build(session: StoreSession, passwords: Passwords, addresses: Addresses) -> Notes:
    """Add everything to the session and give the clear-text passwords."""
    builder = Builder(session, passwords, addresses)
    guards = _organization(session, OrganizationKind.PROPERTY, f"{COMMUNITY}物业服务中心", "031180000001")
    mechanics = _organization(session, OrganizationKind.MAINTAINER, "示范电梯维保公司", "031180000002")
    centre = _organization(session, OrganizationKind.CENTRE, "市电梯应急处置技术中心", "96365")
    authority = _organization(session, OrganizationKind.SUPERVISOR, "市市场监督管理局", None)
    _guards(builder, guards)
    _mechanics(builder, mechanics)
    for number, letter in enumerate("AB", 1):
        person = _person(session, centre, f"话务员 {letter}", "接警员")
        phone = builder.sip_phone(person, f"op-{number}", "operator", f"{person.name} 软电话")
        builder.user(f"op-{number}", person.name, UserRole.CENTRE, centre, phone)
    builder.user("supervisor", "监察员 A", UserRole.SUPERVISOR, authority, None)
    builder.user("admin", "系统管理员", UserRole.ADMIN, None, None)
    _lifts(builder, guards, mechanics)
    session.flush()
    return builder.notes


def _guards(builder: Builder, organization: Organization) -> None:
    for number, letter in enumerate("AB", 1):
        person = _person(builder.session, organization, f"值班员 {letter}", "值班员")
        phone = builder.sip_phone(person, f"guard-{number}", "guard", f"值班室电话 {number}")
        if number == 1:
            builder.user("guard", person.name, UserRole.PROPERTY, organization, phone)


def _mechanics(builder: Builder, organization: Organization) -> None:
    phones = []
    for number, letter in enumerate("ABC", 1):
        person = _person(builder.session, organization, f"维保员 {letter}", "维保员")
        phones.append(builder.mobile(person, f"1380000000{number}"))
        if number == 1:
            builder.user("maintainer", person.name, UserRole.MAINTAINER, organization, phones[0])
    # One on duty without end: the sample must ring the same phone today and next year.
    builder.session.add(
        DutyShift(organization=organization, phone=phones[0], starts_at=DUTY_FROM, ends_at=DUTY_UNTIL, position=1)
    )


def _lifts(builder: Builder, guards: Organization, mechanics: Organization) -> None:
    places = [("1", "1", "1"), ("1", "1", "2"), ("2", "1", "1"), ("2", "2", "1"), ("3", "1", "1"), ("3", "2", "1")]
    for number, (building, unit, car) in enumerate(places, 1):
        name = f"{COMMUNITY}{building}号楼{unit}单元{car}号梯"
        on_trunk = number == len(places)
        cabin = "13900000001" if on_trunk else f"cabin-{number}"
        host = builder.addresses.carrier if on_trunk else builder.addresses.switch
        digest = builder.account(cabin, "cabin", name, host)
        builder.session.add(
            Lift(
                device_code=f"3110130102201908{number:04d}",
                registration_no=f"梯11冀A{10100 + number:05d}(19)",
                rescue_no=f"30012{number}",
                name=name,
                district=DISTRICT,
                address=ADDRESS,
                community=COMMUNITY,
                building=f"{building}号楼",
                unit=f"{unit}单元",
                car=f"{car}号梯",
                property=guards,
                maintainer=mechanics,
                cabin_kind=CabinKind.TRUNK if on_trunk else CabinKind.SIP,
                cabin_address=cabin,
                cabin_ha1=None if on_trunk else digest,
                did="031189965001" if on_trunk else None,
            )
        )


def _organization(session: StoreSession, kind: OrganizationKind, name: str, phone: str | None) -> Organization:
    row = Organization(kind=kind, name=name, phone=phone)
    session.add(row)
    return row


def _person(session: StoreSession, organization: Organization, name: str, title: str) -> Person:
    row = Person(organization=organization, name=name, title=title)
    session.add(row)
    return row
