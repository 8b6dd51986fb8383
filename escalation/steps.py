"""A plan as the dialplan reads it from AstDB.

A step is `tier,role,mode,ring,targets`; targets are joined by `&` and read `accept:allowance:address`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dialplan.names import CENTRE_TARGET, DUTY_PREFIX
from escalation.plan import PlanError, Target, TargetKind, check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from escalation.plan import Plan, Tier

LONGEST_PLAN: Final = 3900
"""Bytes of a plan: Asterisk cuts what a variable is replaced by at 4,095."""


def compile_plan(plan: Plan) -> list[str]:
    """Give the plan's steps, one for each tier in order; joined by `|` they are the lift's AstDB key `plan`.

    Raises:
        PlanError: the plan is not valid, or longer than Asterisk can hold.
    """
    check(plan)
    steps = [_step(number, tier) for number, tier in enumerate(plan.tiers, 1)]
    length = len("|".join(steps).encode())
    if length > LONGEST_PLAN:
        raise PlanError([f"the plan is too long for the switch: {length} bytes, at most {LONGEST_PLAN}"])
    return steps


def join_targets(targets: Iterable[Target]) -> str:
    """Give targets in AstDB notation."""
    return "&".join(f"{target.accept}:{target.allowance_s}:{_address(target)}" for target in targets)


def _step(number: int, tier: Tier) -> str:
    return f"{number},{tier.role},{tier.mode},{tier.ring_s},{join_targets(tier.targets)}"


def _address(target: Target) -> str:
    if target.kind is TargetKind.CENTRE:
        return CENTRE_TARGET
    if target.kind is TargetKind.DUTY:
        return f"{DUTY_PREFIX}{target.organization_id}"
    return target.address
