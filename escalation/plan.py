"""Escalation plans: whom to call, in which order, for how long.

A plan is a sequence of tiers; a tier has one or several targets. It is checked when it is made, copied into the
incident when that is raised, and compiled (`escalation.steps`) into what the dialplan reads from AstDB.
Notice, annex 1 section 二: property, maintainer, centre; 15 seconds of ringing on the first two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dialplan.names import TRUNK, Accept, Role
from dialplan.numbers import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CENTRE_ONLY", "Accept", "Mode", "Plan", "PlanError", "Role", "Target", "TargetKind", "Tier"]

RING_S: Final = 15
"""Seconds of ringing on tiers one and two (notice, annex 1 section 二)."""

CENTRE_RING_S: Final = 60
"""Seconds the centre rings in the first round; from the second on it rings without a pause beside the other tiers."""

RING_BOUNDS_S: Final = (5, 120)
ALLOWANCE_BOUNDS_S: Final = (0, 60)
MOBILE_ALLOWANCE_S: Final = 10
"""Seconds a carrier usually needs before a mobile rings."""

MOST_TIERS: Final = 10
MOST_TARGETS: Final = 10
"""Largest number of phones that ring for one tier; the dialplan's strings hold no more than some 4,000 bytes."""

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER = re.compile(r"[0-9]{3,20}")
_ADDRESS = re.compile(rf"PJSIP/({_ACCOUNT.pattern}|{_NUMBER.pattern}@{TRUNK})")


class Mode(StrEnum):
    """How a tier rings several targets."""

    PARALLEL = "parallel"
    ORDERED = "ordered"


class TargetKind(StrEnum):
    """What a target points at."""

    PHONE = "phone"
    DUTY = "duty"  # whoever of an organization is on duty at that moment
    CENTRE = "centre"  # the centre's queue


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a tier rings."""

    kind: TargetKind
    address: str = ""
    """Dial string of a phone, `PJSIP/guard-1` or `PJSIP/13800000001@trunk`."""
    accept: Accept = Accept.ANSWER
    """What makes the answered phone take the alarm. For duty the phones on duty have their own."""
    allowance_s: int = 0
    """Seconds the carrier may need before the phone rings; the hard limit is ring + allowance."""
    organization_id: int | None = None
    """Whose duty."""
    label: str = ""
    """For people."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One level of response."""

    role: Role
    targets: tuple[Target, ...]
    mode: Mode = Mode.PARALLEL
    ring_s: int = RING_S


@dataclass(frozen=True, slots=True)
class Plan:
    """Tiers in the order they are called."""

    name: str
    tiers: tuple[Tier, ...]


class PlanError(ValueError):
    """The plan must not be used.

    Attributes:
        problems: each says where and what, `tier 2: ring_s must be 5 to 120 seconds, not 3`.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


CENTRE: Final = Target(TargetKind.CENTRE, label="电梯应急处置技术中心")
CENTRE_TIER: Final = Tier(Role.CENTRE, (CENTRE,), ring_s=CENTRE_RING_S)
CENTRE_ONLY: Final = Plan("centre only", (CENTRE_TIER,))
"""For an unknown caller: straight to the centre."""


def default_plan(property_phones: Sequence[Target], maintainer_id: int | None) -> Plan:
    """Plan of a lift that has none of its own: its property's phones, its maintainer's duty, the centre.

    Without phones or maintainer that tier is left out; the centre is always there.
    """
    tiers = [CENTRE_TIER]
    if maintainer_id is not None:
        duty = Target(TargetKind.DUTY, accept=Accept.KEY, organization_id=maintainer_id)
        tiers.insert(0, Tier(Role.MAINTAINER, (duty,)))
    if property_phones:
        tiers.insert(0, Tier(Role.PROPERTY, tuple(property_phones[:MOST_TARGETS])))
    return Plan("default", tuple(tiers))


def sip_address(account: str) -> str:
    """Dial string of a phone that registers with the switch.

    Raises:
        PlanError: no possible account name (letters, digits, `.`, `_`, `-`; at most 64).
    """
    if not _ACCOUNT.fullmatch(account):
        raise PlanError([f"not a SIP account name: {account!r}"])
    return f"PJSIP/{account}"


def trunk_address(number: str) -> str:
    """Dial string of a number behind the carrier, however it is written.

    Raises:
        PlanError: no possible number (3 to 20 digits).
    """
    digits = normalise(number)
    if not _NUMBER.fullmatch(digits):
        raise PlanError([f"not a telephone number: {number!r}"])
    return f"PJSIP/{digits}@{TRUNK}"


def check(plan: Plan) -> None:
    """Refuse a plan that might leave a passenger without a human being.

    Raises:
        PlanError: names every problem at once.
    """
    problems = list(_problems(plan))
    if problems:
        raise PlanError(problems)


def _problems(plan: Plan) -> Iterator[str]:
    last = plan.tiers[-1] if plan.tiers else None
    if last is None or last.role is not Role.CENTRE or [target.kind for target in last.targets] != [TargetKind.CENTRE]:
        yield "the last tier must be the centre alone"
    if len(plan.tiers) > MOST_TIERS:
        yield f"at most {MOST_TIERS} tiers, not {len(plan.tiers)}"
    for number, tier in enumerate(plan.tiers, 1):
        for problem in _tier_problems(tier):
            yield f"tier {number}: {problem}"


def _tier_problems(tier: Tier) -> Iterator[str]:
    low, high = RING_BOUNDS_S
    if not low <= tier.ring_s <= high:
        yield f"ring_s must be {low} to {high} seconds, not {tier.ring_s}"
    if not 1 <= len(tier.targets) <= MOST_TARGETS:
        yield f"must have 1 to {MOST_TARGETS} targets, not {len(tier.targets)}"
    if len(tier.targets) > 1 and any(target.kind is TargetKind.CENTRE for target in tier.targets):
        yield "the centre's queue cannot share a tier with other targets"
    for number, target in enumerate(tier.targets, 1):
        for problem in _target_problems(target):
            yield f"target {number}: {problem}"


def _target_problems(target: Target) -> Iterator[str]:
    low, high = ALLOWANCE_BOUNDS_S
    if not low <= target.allowance_s <= high:
        yield f"allowance_s must be {low} to {high} seconds, not {target.allowance_s}"
    if target.kind is TargetKind.PHONE and not _ADDRESS.fullmatch(target.address):
        yield f"address cannot be dialled: {target.address!r}"
    if target.kind is TargetKind.DUTY and target.organization_id is None:
        yield "duty needs an organization"
