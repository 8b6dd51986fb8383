"""Whom the people around a lift are at this moment: the phones of its plan, the rota read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from escalation.plan import Role, Target, TargetKind
from escalation.rota import to_call
from store.models import Lift
from store.repositories.duty import everyone, shifts_between
from store.repositories.plans import plan_of


@dataclass(frozen=True, slots=True)
class Reachable:
    """A phone, and whose tier it belongs to."""

    role: Role
    target: Target


def on_duty(session: Session, target: Target, now: datetime) -> tuple[Target, ...]:
    """Phones that a target of the kind duty means at `now`; none for a target of another kind."""
    if target.organization_id is None:
        return ()
    shifts = shifts_between(session, target.organization_id, now, now)
    return to_call(shifts, target.organization_id, everyone(session, target.organization_id), now)


def people_of(session: Session, lift: Lift, now: datetime) -> list[Reachable]:
    """Everybody of property and maintainer whom an alarm of this lift would call at `now`, each phone once."""
    found: dict[str, Reachable] = {}
    for tier in plan_of(session, lift).tiers:
        for target in tier.targets:
            phones = {TargetKind.PHONE: (target,), TargetKind.DUTY: on_duty(session, target, now)}.get(target.kind, ())
            for phone in phones:
                found.setdefault(phone.address, Reachable(tier.role, phone))
    return list(found.values())
