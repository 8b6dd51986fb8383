"""Find lifts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from store.models import Lift, Phone, Plan, PlanTarget, PlanTier


def by_device_code(session: Session, device_code: str) -> Lift | None:
    """Lift with this device code (设备代码)."""
    return session.scalar(select(Lift).where(Lift.device_code == device_code))


def with_plans(session: Session, device_codes: Collection[str]) -> dict[str, Lift | None]:
    """Lifts with these device codes and all that `plan_of` reads of their own plans, in a few statements."""
    targets = selectinload(Lift.plan).selectinload(Plan.tiers).selectinload(PlanTier.targets)
    plan = targets.selectinload(PlanTarget.phone).selectinload(Phone.person)
    rows = session.scalars(select(Lift).where(Lift.device_code.in_(device_codes)).options(plan))
    return dict.fromkeys(device_codes) | {lift.device_code: lift for lift in rows}


def by_rescue_no(session: Session, rescue_no: str) -> Lift | None:
    """Lift with this 6-digit rescue number (轿厢救援编号)."""
    return session.scalar(select(Lift).where(Lift.rescue_no == rescue_no))


def by_key(session: Session, key: str) -> Lift | None:
    """Lift named by any of its three keys: device code, registration number (使用登记证号) or rescue number.

    A device code of six digits could be another lift's rescue number; the device code wins.
    """
    keys = (Lift.device_code, Lift.registration_no, Lift.rescue_no)
    found = session.scalars(select(Lift).where(or_(*(column == key for column in keys)))).all()
    order = {lift.id: [lift.device_code, lift.registration_no, lift.rescue_no].index(key) for lift in found}
    return min(found, key=lambda lift: order[lift.id], default=None)
