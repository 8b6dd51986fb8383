"""Plans: queries and changes; which plans are sound is `escalation.plan`'s business."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.plans.schemas import PlanIn, TargetIn
from escalation.plan import PlanError, TargetKind
from escalation.steps import compile_plan
from store.models import Organization, Phone, Plan, PlanTarget, PlanTier
from store.repositories.plans import value_of

_DETAIL = Text("预案不可用：可能使被困乘客无人应答。", "The plan cannot be used: it might leave a passenger alone.")


def listed(caller: Principal) -> Select[Plan]:
    """Return the statement for the plans that the caller sees."""
    return select(Plan).where(scope.plans(caller)).options(selectinload(Plan.tiers).selectinload(PlanTier.targets))


def find(session: Session, caller: Principal, plan_id: int) -> Plan:
    """Return one that the caller sees; raise `Problem` (404)."""
    return rows.one(session, listed(caller).where(Plan.id == plan_id))


def create(session: Session, new: PlanIn) -> Plan:
    """Add one. Raise `Problem`: 409 for the name, 422 for a plan that must not be used."""
    rows.ensure_free(session, Plan.name, new.name)
    plan = Plan(name=new.name, tiers=list(_tiers(session, new)))
    _check(plan)
    return rows.add(session, plan)


def replace(session: Session, row: Plan, new: PlanIn) -> Plan:
    """Put a plan in the place of one; raise `Problem` as `create` does."""
    rows.ensure_free(session, Plan.name, new.name, except_id=row.id)
    tiers = list(_tiers(session, new))
    row.name = new.name
    row.tiers.clear()
    session.flush()  # the old positions must be free before the new tiers take them
    row.tiers.extend(tiers)
    _check(row)
    session.flush()
    return row


def _tiers(session: Session, new: PlanIn) -> Iterator[PlanTier]:
    for number, tier in enumerate(new.tiers):
        targets = [
            _target(session, target, position, f"#/tiers/{number}/targets/{position - 1}")
            for position, target in enumerate(tier.targets, 1)
        ]
        yield PlanTier(position=number + 1, role=tier.role, mode=tier.mode, ring_s=tier.ring_s, targets=targets)


def _target(session: Session, new: TargetIn, position: int, pointer: str) -> PlanTarget:
    phone = session.get(Phone, new.phone_id) if new.phone_id is not None else None
    organization = session.get(Organization, new.organization_id) if new.organization_id is not None else None
    if (phone is not None) != (new.kind is TargetKind.PHONE) or (new.phone_id is not None and phone is None):
        detail = Text(
            "kind 为 phone 时（且仅此时）须给出存在的话机。", "Kind phone, and no other, names a phone that exists."
        )
        raise invalid_field(f"{pointer}/phone_id", "unknown", detail)
    if (organization is not None) != (new.kind is TargetKind.DUTY):
        detail = Text(
            "kind 为 duty 时（且仅此时）须给出存在的单位。",
            "Kind duty, and no other, names an organization that exists.",
        )
        raise invalid_field(f"{pointer}/organization_id", "unknown", detail)
    return PlanTarget(
        position=position,
        kind=new.kind,
        phone=phone,
        organization=organization,
        organization_id=new.organization_id,  # read by the check before the flush sets it
        accept=new.accept,
        allowance_s=new.allowance_s,
    )


def _check(row: Plan) -> None:
    try:
        compile_plan(value_of(row))
    except PlanError as error:
        found = [{"location": "body", "pointer": "#/tiers", "code": "plan", "detail": text} for text in error.problems]
        raise Problem(ProblemType.INVALID_REQUEST, _DETAIL, errors=found) from error
