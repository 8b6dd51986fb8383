from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select

from escalation.plan import Accept, Mode, Role, TargetKind
from escalation.steps import compile_plan
from store.models import (
    DutyShift,
    Lift,
    Organization,
    OrganizationKind,
    Person,
    Phone,
    PhoneKind,
    Plan,
    PlanTarget,
    PlanTier,
)
from store.repositories import duty, lifts, phones
from store.repositories.plans import plan_of
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_lift_is_found_by_each_of_its_keys(engine: Engine, given_lift: Callable[[], int]) -> None:
    lift = given_lift()
    given_lift()
    with read_scope(engine) as session:
        row = session.get_one(Lift, lift)
        for key in (row.device_code, row.registration_no, row.rescue_no):
            assert lifts.by_key(session, key) is row
        assert lifts.by_key(session, "nowhere") is None


def test_a_phone_is_found_by_the_dial_string_of_the_journal(engine: Engine, given_lift: Callable[[], int]) -> None:
    given_lift()
    with session_scope(engine) as session:
        owner = session.scalars(select(Organization)).first()
        session.add(Phone(organization=owner, label="手机", kind=PhoneKind.TRUNK, address="13800000001"))
    with read_scope(engine) as session:
        for target, address in [("PJSIP/guard-1", "guard-1"), ("PJSIP/13800000001@trunk", "13800000001")]:
            found = phones.by_target(session, target)
            assert found is not None
            assert found.address == address
        for target in (
            "guard-1",
            "PJSIP/guard-1@trunk",
            "PJSIP/13800000001",
            "Local/1@ll-leg",
            "centre",
            "PJSIP/nobody",
        ):
            assert phones.by_target(session, target) is None


def test_the_default_plan_leaves_out_phones_and_people_out_of_use(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    lift = given_lift()
    with session_scope(engine) as session:
        guards = session.get_one(Lift, lift).property
        assert guards is not None
        left = Person(organization=guards, name="值班员 B", active=False)
        session.add_all(
            [
                Phone(organization=guards, label="b", kind=PhoneKind.SIP, address="guard-b", person=left),
                Phone(organization=guards, label="c", kind=PhoneKind.SIP, address="guard-c", active=False),
            ]
        )
    with read_scope(engine) as session:
        steps = compile_plan(plan_of(session, session.get_one(Lift, lift)))
    assert steps[0] == "1,property,parallel,15,answer:0:PJSIP/guard-1"


def given_plan(engine: Engine, lift_id: int) -> None:
    with session_scope(engine) as session:
        lift = session.get_one(Lift, lift_id)
        guard = session.scalars(select(Phone).where(Phone.organization_id == lift.property_id)).one()
        tiers = [
            PlanTier(
                position=1,
                role=Role.PROPERTY,
                mode=Mode.ORDERED,
                ring_s=20,
                targets=[PlanTarget(position=1, kind=TargetKind.PHONE, phone=guard, accept=Accept.KEY, allowance_s=3)],
            ),
            PlanTier(
                position=2,
                role=Role.MAINTAINER,
                targets=[PlanTarget(position=1, kind=TargetKind.DUTY, organization_id=lift.maintainer_id)],
            ),
            PlanTier(position=3, role=Role.CENTRE, ring_s=30, targets=[PlanTarget(position=1, kind=TargetKind.CENTRE)]),
        ]
        lift.plan = Plan(name="夜间", tiers=tiers)


def test_a_lift_follows_its_own_plan(engine: Engine, given_lift: Callable[[], int]) -> None:
    lift = given_lift()
    given_plan(engine, lift)
    with read_scope(engine) as session:
        row = session.get_one(Lift, lift)
        assert compile_plan(plan_of(session, row)) == [
            "1,property,ordered,20,key:3:PJSIP/guard-1",
            f"2,maintainer,parallel,15,key:0:duty/{row.maintainer_id}",
            "3,centre,parallel,30,answer:0:centre",
        ]


def test_a_plan_broken_by_hand_gives_way_to_the_default_one(engine: Engine, given_lift: Callable[[], int]) -> None:
    lift = given_lift()
    given_plan(engine, lift)
    with session_scope(engine) as session:
        plan = session.scalars(select(Plan)).one()
        plan.tiers.pop()
    with read_scope(engine) as session:
        assert plan_of(session, session.get_one(Lift, lift)).name == "default"


def test_duty_is_planned_for_each_maintainer_and_a_gap_calls_everyone(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    given_lift()
    with session_scope(engine) as session:
        owner = session.scalars(select(Organization).where(Organization.kind == OrganizationKind.MAINTAINER)).one()
        mobiles = [
            Phone(organization=owner, label=f"{n}", kind=PhoneKind.TRUNK, address=f"1380000000{n}", accept=Accept.KEY)
            for n in (1, 2)
        ]
        session.add_all(mobiles)
        session.add(DutyShift(organization=owner, phone=mobiles[0], starts_at=NOW, ends_at=NOW + timedelta(hours=8)))
        session.flush()
        organization_id = owner.id
    with read_scope(engine) as session:
        found = duty.planned(session, NOW, 1)[organization_id]
    addresses = [[target.address for target in slot.targets] for slot in found]
    assert addresses == [["PJSIP/13800000001@trunk"], ["PJSIP/13800000001@trunk", "PJSIP/13800000002@trunk"]]
    assert [slot.starts_at for slot in found] == [NOW, NOW + timedelta(hours=8)]
