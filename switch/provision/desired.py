"""What the AstDB must hold for an estate: a pure function of base data and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog

from dialplan import endpoints
from dialplan.names import LATER, PARTS_MARK, Family
from dialplan.numbers import normalise
from escalation.plan import CENTRE_ONLY, MOST_TARGETS, PlanError
from escalation.rota import DAYS_AHEAD, duty_days, slots
from escalation.steps import compile_plan, join_targets
from switch.ami.link import MAX_LINE_BYTES
from switch.provision.changes import Key, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from escalation.plan import Plan, Role, Target
    from escalation.rota import Shift

log = structlog.get_logger(__name__)

LONGEST_VALUE = MAX_LINE_BYTES - len("Val: ")
"""Bytes of a value that AMI carries in one line."""


@dataclass(frozen=True, slots=True)
class Account:
    """One SIP account. `ha1` is MD5(name:liftline:password)."""

    name: str
    ha1: str
    kind: str
    """cabin, phone or operator."""


@dataclass(frozen=True, slots=True)
class LiftEntry:
    """One lift as the call plane sees it."""

    device_code: str
    name: str
    rescue_no: str
    cabin: str
    """Dial string of the cabin."""
    account: str | None
    """SIP account of the cabin's device; none for one on the trunk."""
    caller: str | None
    """Number a cabin on the trunk calls from."""
    did: str | None
    plan: Plan
    members: Mapping[str, Role]
    """SIP accounts and telephone numbers that may call into the cabin."""
    announce: str | None = None
    """Sound file (absolute, without extension) that names the lift; none until it is rendered."""


@dataclass(frozen=True, slots=True)
class Estate:
    """All base data the call plane needs, read in one transaction."""

    version: int
    accounts: tuple[Account, ...]
    lifts: tuple[LiftEntry, ...]
    shifts: tuple[Shift, ...]
    everyone: Mapping[int, tuple[Target, ...]]
    """Organization id → all its active phones, who are called in a gap of its rota."""
    operators: Mapping[str, str]
    """SIP account → label of each active phone of the centre."""
    same_person: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """SIP account → the other phones of the centre that its operator has."""


def desired(estate: Estate, now: datetime, *, media_address: str | None = None) -> dict[Key, str]:
    """Return AstDB (family, key) → value.

    Args:
        estate: the base data.
        now: the duty rota is worked out for the 14 days from this day (UTC) on.
        media_address: address RTP is bound to, as `dialplan.endpoints` wants it.

    A value that AMI cannot carry is left out and logged; the call plane then does without (in the end: the
    centre is rung).
    """
    table: dict[Key, str] = {}
    for key, value in _all(estate, now, media_address):
        text = clean(value)
        if len(text.encode()) > LONGEST_VALUE:
            log.error("value_too_long", family=key[0], key=key[1], bytes=len(text.encode()))
            continue
        if text:
            table[key] = text
    return table


def _all(estate: Estate, now: datetime, media_address: str | None) -> Iterator[tuple[Key, str]]:
    for account in estate.accounts:
        yield from _account(account, media_address)
    for lift in estate.lifts:
        yield from _lift(lift)
    for operator, others in estate.same_person.items():
        yield (Family.OPERATOR.value, operator), "&".join(f"PJSIP/{other}" for other in others)
    yield from _duty(estate, now)


def _account(account: Account, media_address: str | None) -> Iterator[tuple[Key, str]]:
    make = {"cabin": endpoints.cabin, "operator": endpoints.operator}.get(account.kind, endpoints.phone)
    for family, objects in make(account.name, account.ha1, media_address=media_address).items():
        for key, value in objects.items():
            yield (family.value, key), value


def _lift(lift: LiftEntry) -> Iterator[tuple[Key, str]]:
    own = f"{Family.LIFT.value}/{lift.device_code}"
    yield (own, "name"), lift.name
    yield (own, "rescue"), lift.rescue_no
    yield (own, "cabin"), lift.cabin
    yield from _plan(own, "|".join(steps(lift)))
    if lift.announce:
        yield (own, "announce"), lift.announce
    if lift.account:
        yield (Family.CABIN.value, lift.account), lift.device_code
    if lift.caller:
        yield (Family.CALLER.value, normalise(lift.caller)), lift.device_code
    if lift.did:
        yield (Family.DID.value, normalise(lift.did)), lift.device_code
    yield (Family.RESCUE.value, lift.rescue_no), lift.device_code
    for member, role in lift.members.items():
        yield (f"{Family.MEMBER.value}/{lift.device_code}", member), role.value


def _plan(own: str, plan: str) -> Iterator[tuple[Key, str]]:
    """Give a plan as one value or, where AMI cannot carry that, in parts.

    A part is named by its digest: it never changes, so whoever reads while a plan is replaced has the old or the new
    one, never a mixture. Lifts with the same plan share its parts.
    """
    if len(plan) <= LONGEST_VALUE:
        yield (own, "plan"), plan
        return
    parts = [plan[at : at + LONGEST_VALUE] for at in range(0, len(plan), LONGEST_VALUE)]
    names = [sha256(part.encode()).hexdigest()[:16] for part in parts]
    for name, part in zip(names, parts, strict=True):
        yield (Family.PART.value, name), part
    yield (own, "plan"), PARTS_MARK + ",".join(names)


def steps(lift: LiftEntry) -> list[str]:
    """Return the lift's compiled plan; a plan that must not be used is replaced by: the centre."""
    try:
        return compile_plan(lift.plan)
    except PlanError as error:
        log.exception("plan_unusable", lift=lift.device_code, problems=error.problems)
        return compile_plan(CENTRE_ONLY)


def _duty(estate: Estate, now: datetime) -> Iterator[tuple[Key, str]]:
    # From the beginning of yesterday, so that a value changes once a day and when the rota does, not with every look,
    # and a call that reads while the day changes finds both.
    since = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    days = DAYS_AHEAD + 2
    by_organization: dict[int, list[Shift]] = {}
    for shift in estate.shifts:
        by_organization.setdefault(shift.organization_id, []).append(shift)
    for organization, everyone in estate.everyone.items():
        planned = slots(by_organization.get(organization, []), organization, everyone, since, days)
        duty, slot = f"{Family.DUTY.value}/{organization}", f"{Family.SLOT.value}/{organization}"
        for day, begins in duty_days(planned, everyone, since + timedelta(days=days)).items():
            yield (duty, str(day)), ",".join(map(str, begins))
            for second, targets in begins.items():
                yield (slot, f"{day}.{second}"), targets
        yield (slot, f"{LATER}.0"), join_targets(everyone[:MOST_TARGETS])
