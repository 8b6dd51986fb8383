"""The plan that an alarm of a lift would follow now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from api.lifts.schemas import EffectivePlanOut, EffectiveTargetOut, EffectiveTierOut
from escalation.plan import Target
from store.models import Lift, Phone
from store.repositories.phones import by_targets
from store.repositories.plans import plan_of
from store.repositories.targets import on_duty


def effective_plan(session: Session, lift: Lift, now: datetime) -> EffectivePlanOut:
    """Return the lift's plan, or the default one, with the phones on duty at this moment."""
    plan = plan_of(session, lift)
    rung = {target: on_duty(session, target, now) for tier in plan.tiers for target in tier.targets}
    known = by_targets(session, {target.address for pair in rung.items() for target in (pair[0], *pair[1])})
    tiers = [
        EffectiveTierOut(
            role=tier.role,
            mode=tier.mode,
            ring_s=tier.ring_s,
            targets=[_shown(target, known, rung[target]) for target in tier.targets],
        )
        for tier in plan.tiers
    ]
    return EffectivePlanOut(device_code=lift.device_code, name=plan.name, at=now, tiers=tiers)


def _shown(target: Target, known: Mapping[str, Phone], on_duty: tuple[Target, ...] = ()) -> EffectiveTargetOut:
    phone = known.get(target.address)
    return EffectiveTargetOut(
        kind=target.kind,
        address=target.address,
        label=target.label,
        accept=target.accept,
        allowance_s=target.allowance_s,
        organization_id=target.organization_id,
        phone_id=phone.id if phone else None,
        who=phone.person.name if phone and phone.person else None,
        on_duty=[_shown(one, known) for one in on_duty],
    )
