"""A plan as JSON, for the copy every incident keeps."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from escalation.plan import Accept, Mode, Plan, PlanError, Role, Target, TargetKind, Tier


def to_json(plan: Plan) -> dict[str, Any]:
    """Give the plan as JSON types only."""
    return {
        "name": plan.name,
        "tiers": [
            {
                "role": tier.role.value,
                "mode": tier.mode.value,
                "ring_s": tier.ring_s,
                "targets": [_plain(target) for target in tier.targets],
            }
            for tier in plan.tiers
        ],
    }


def from_json(document: dict[str, Any]) -> Plan:
    """Read a plan back; fields a later version added are ignored.

    Raises:
        PlanError: something is missing or of the wrong kind.
    """
    try:
        return Plan(str(document["name"]), tuple(_tier(tier) for tier in document["tiers"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlanError([f"not a plan: {type(error).__name__}: {error}"]) from None


def _plain(target: Target) -> dict[str, Any]:
    return {**asdict(target), "kind": target.kind.value, "accept": target.accept.value}


def _tier(document: dict[str, Any]) -> Tier:
    return Tier(
        Role(document["role"]),
        tuple(_target(target) for target in document["targets"]),
        Mode(document["mode"]),
        int(document["ring_s"]),
    )


def _target(document: dict[str, Any]) -> Target:
    organization = document.get("organization_id")
    return Target(
        kind=TargetKind(document["kind"]),
        address=str(document.get("address", "")),
        accept=Accept(document["accept"]),
        allowance_s=int(document["allowance_s"]),
        organization_id=None if organization is None else int(organization),
        label=str(document.get("label", "")),
    )
