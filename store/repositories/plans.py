"""Plans as values: a lift's own plan, or the default one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from escalation.plan import CENTRE, CENTRE_ONLY, Accept, Plan, PlanError, Target, TargetKind, Tier, check, default_plan
from store.models import Lift, PlanTarget, PlanTier
from store.models import Plan as PlanRow
from store.repositories.phones import active_of, target_of


def plan_of(session: Session, lift: Lift | None) -> Plan:
    """Give the plan an alarm of this lift follows now; an unknown lift has the centre alone.

    Phones that are no longer active are left out, and tiers without any target with them. A plan that is not
    valid (the database was changed by hand) gives way to the default one.
    """
    if lift is None:
        return CENTRE_ONLY
    if lift.plan is not None:
        try:
            plan = value_of(lift.plan)
            check(plan)
        except PlanError:
            return _default(session, lift)
        return plan
    return _default(session, lift)


def value_of(row: PlanRow) -> Plan:
    """Give a stored plan as a value.

    Raises:
        PlanError: a phone's address cannot be dialled.
    """
    tiers = [Tier(tier.role, _targets(tier), tier.mode, tier.ring_s) for tier in row.tiers]
    return Plan(row.name, tuple(tier for tier in tiers if tier.targets))


def _default(session: Session, lift: Lift) -> Plan:
    phones = active_of(session, [lift.property_id])[lift.property_id] if lift.property_id is not None else []
    return default_plan([target_of(phone) for phone in phones], lift.maintainer_id)


def _targets(tier: PlanTier) -> tuple[Target, ...]:
    found = (_target(row) for row in tier.targets)
    return tuple(target for target in found if target is not None)


def _target(row: PlanTarget) -> Target | None:
    if row.kind is TargetKind.CENTRE:
        return CENTRE
    if row.kind is TargetKind.DUTY:
        return Target(TargetKind.DUTY, accept=row.accept or Accept.KEY, organization_id=row.organization_id)
    phone = row.phone
    if phone is None or not phone.active or (phone.person is not None and not phone.person.active):
        return None
    target = target_of(phone)
    allowance = target.allowance_s if row.allowance_s is None else row.allowance_s
    return Target(target.kind, target.address, row.accept or target.accept, allowance, label=target.label)
