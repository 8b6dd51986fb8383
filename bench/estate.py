"""The estate under load: lifts with a guard and a maintainer's mobile each, put where the switch looks them up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench.stage import StageError
from dialplan.names import Accept, Family, Role
from escalation.plan import TargetKind
from liftline.secrets import generate_password
from liftline.supervision.asterisk_console import astdb
from store.accounts import ha1
from store.models import (
    CabinKind,
    Lift,
    Organization,
    OrganizationKind,
    Phone,
    PhoneKind,
    Plan,
    PlanTarget,
    PlanTier,
)
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from liftline.settings import Settings

PROVISION_S: Final = 60.0


@dataclass(frozen=True)
class Account:
    """A SIP account that a simulated phone logs in with."""

    name: str
    password: str


def cabin(number: int) -> str:
    """Return the account of a lift's cabin."""
    return f"cabin-{number:04d}"


def guard(number: int) -> str:
    """Return the account of a lift's guard."""
    return f"guard-{number:04d}"


def mobile(number: int) -> str:
    """Return the number of a lift's maintainer on the trunk."""
    return f"1390000{number:04d}"


def lift_of(user: str) -> int:
    """Return the number of the lift an account or mobile belongs to."""
    return int(user[-4:])


def fill(settings: Settings, lifts: int) -> tuple[list[Account], list[Account]]:
    """Fill the database with `lifts` lifts; return the accounts of their cabins and guards."""
    cabins = [Account(cabin(number), generate_password()) for number in range(1, lifts + 1)]
    guards = [Account(guard(number), generate_password()) for number in range(1, lifts + 1)]
    _fill(settings, cabins, guards)
    return cabins, guards


def wait_provisioned(settings: Settings, lifts: int) -> None:
    """Wait until the record process has told the switch of every lift; raise `StageError` when it does not."""
    deadline = time.monotonic() + PROVISION_S
    while len(astdb(settings, Family.CABIN)) < lifts:  # written last
        if time.monotonic() > deadline:
            raise StageError(f"lifts not provisioned within {PROVISION_S:.0f} s, see {settings.log_dir}/record.log")
        time.sleep(0.2)


def _fill(settings: Settings, cabins: list[Account], guards: list[Account]) -> None:
    engine = make_engine(settings.database_url)
    with session_scope(engine) as session:
        for number, (cab, desk) in enumerate(zip(cabins, guards, strict=True), 1):
            # Organizations of its own: each phone of a lift's organizations is a key of that lift.
            properties = Organization(kind=OrganizationKind.PROPERTY, name=f"示范物业 {number}")
            maintainers = Organization(kind=OrganizationKind.MAINTAINER, name=f"示范维保 {number}")
            phone = Phone(
                organization=properties,
                label=desk.name,
                kind=PhoneKind.SIP,
                address=desk.name,
                ha1=ha1(desk.name, desk.password),
            )
            handy = Phone(
                organization=maintainers,
                label=mobile(number),
                kind=PhoneKind.TRUNK,
                address=mobile(number),
                accept=Accept.KEY,
                allowance_s=10,
            )
            session.add(
                Lift(
                    device_code=f"31130100000000{number:06d}",
                    registration_no=f"梯11冀A{number:05d}(26)",
                    rescue_no=f"{500_000 + number}",
                    name=f"示范小区 {number} 号楼",
                    property=properties,
                    maintainer=maintainers,
                    cabin_kind=CabinKind.SIP,
                    cabin_address=cab.name,
                    cabin_ha1=ha1(cab.name, cab.password),
                    plan=_plan(number, phone, handy),
                )
            )
    engine.dispose()


def _plan(number: int, phone: Phone, handy: Phone) -> Plan:
    def tier(position: int, role: Role, kind: TargetKind, target: Phone | None, ring_s: int) -> PlanTier:
        targets = [PlanTarget(position=1, kind=kind, phone=target)]
        return PlanTier(position=position, role=role, ring_s=ring_s, targets=targets)

    return Plan(
        name=f"lift {number}",
        tiers=[
            tier(1, Role.PROPERTY, TargetKind.PHONE, phone, 15),
            tier(2, Role.MAINTAINER, TargetKind.PHONE, handy, 15),
            tier(3, Role.CENTRE, TargetKind.CENTRE, None, 60),
        ],
    )
