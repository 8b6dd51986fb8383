from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.plan import (
    CENTRE,
    CENTRE_ONLY,
    CENTRE_TIER,
    Accept,
    Mode,
    Plan,
    PlanError,
    Role,
    Target,
    TargetKind,
    Tier,
    check,
    default_plan,
    sip_address,
    trunk_address,
)
from escalation.snapshot import from_json, to_json
from escalation.steps import compile_plan

GUARD = Target(TargetKind.PHONE, "PJSIP/guard-1", label="值班室电话 1")
MOBILE = Target(TargetKind.PHONE, "PJSIP/13800000001@trunk", Accept.KEY, 10)


def one_tier(tier: Tier) -> Plan:
    return Plan("x", (tier, CENTRE_TIER))


def test_the_default_plan_is_property_maintainer_centre_with_15_seconds_each() -> None:
    assert compile_plan(default_plan([GUARD], 7)) == [
        "1,property,parallel,15,answer:0:PJSIP/guard-1",
        "2,maintainer,parallel,15,key:0:duty/7",
        "3,centre,parallel,60,answer:0:centre",
    ]


def test_a_lift_without_phones_and_maintainer_has_the_centre() -> None:
    assert default_plan([], None).tiers == CENTRE_ONLY.tiers
    check(CENTRE_ONLY)


def test_several_targets_in_order_with_key_and_allowance() -> None:
    tier = Tier(Role.MAINTAINER, (MOBILE, GUARD), Mode.ORDERED, 20)
    expected = "1,maintainer,ordered,20,key:10:PJSIP/13800000001@trunk&answer:0:PJSIP/guard-1"
    assert compile_plan(one_tier(tier))[0] == expected


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (Plan("x", ()), "last tier must be the centre"),
        (Plan("x", (Tier(Role.PROPERTY, (GUARD,)),)), "last tier must be the centre"),
        (Plan("x", (Tier(Role.PROPERTY, (CENTRE,)),)), "last tier must be the centre"),
        (one_tier(Tier(Role.PROPERTY, ())), "tier 1: must have 1 to 10 targets, not 0"),
        (one_tier(Tier(Role.PROPERTY, (GUARD,) * 11)), "tier 1: must have 1 to 10 targets, not 11"),
        (one_tier(Tier(Role.PROPERTY, (GUARD,), ring_s=4)), "tier 1: ring_s must be 5 to 120"),
        (one_tier(Tier(Role.PROPERTY, (GUARD,), ring_s=121)), "tier 1: ring_s must be 5 to 120"),
        (one_tier(Tier(Role.PROPERTY, (replace(MOBILE, allowance_s=61),))), "target 1: allowance_s must be 0 to 60"),
        (one_tier(Tier(Role.PROPERTY, (replace(MOBILE, allowance_s=-1),))), "target 1: allowance_s must be 0 to 60"),
        (one_tier(Tier(Role.PROPERTY, (GUARD, CENTRE))), "cannot share a tier"),
        (one_tier(Tier(Role.MAINTAINER, (Target(TargetKind.DUTY),))), "duty needs an organization"),
        (Plan("x", (Tier(Role.PROPERTY, (GUARD,)),) * 10 + (CENTRE_TIER,)), "at most 10 tiers"),
    ],
)
def test_a_plan_that_may_leave_the_passenger_alone_is_refused(plan: Plan, problem: str) -> None:
    with pytest.raises(PlanError, match=problem):
        compile_plan(plan)


@pytest.mark.parametrize(
    "address", ["", "guard-1", "PJSIP/a&PJSIP/b", "PJSIP/a,60", "PJSIP/a|b", "Local/s@ll-alarm", "PJSIP/x@trunk"]
)
def test_an_address_that_would_say_something_else_to_the_dialplan_is_refused(address: str) -> None:
    with pytest.raises(PlanError, match="cannot be dialled"):
        check(one_tier(Tier(Role.PROPERTY, (Target(TargetKind.PHONE, address),))))


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(PlanError) as caught:
        check(Plan("x", (Tier(Role.PROPERTY, (), ring_s=1),)))
    assert len(caught.value.problems) == 3


def test_a_plan_longer_than_asterisk_can_hold_is_refused() -> None:
    long = Target(TargetKind.PHONE, "PJSIP/" + "a" * 64)
    tier = Tier(Role.PROPERTY, (long,) * 10)
    with pytest.raises(PlanError, match="too long for the switch"):
        compile_plan(Plan("x", (tier,) * 9 + (CENTRE_TIER,)))


def test_numbers_are_written_as_the_switch_dials_them() -> None:
    assert trunk_address("+86 138-0000-0001") == "PJSIP/13800000001@trunk"
    assert sip_address("guard-1") == "PJSIP/guard-1"
    for wrong in ("", "12", "x" * 5):
        with pytest.raises(PlanError):
            trunk_address(wrong)
    with pytest.raises(PlanError):
        sip_address("a b")


targets = st.builds(
    Target,
    kind=st.sampled_from(TargetKind),
    address=st.text(max_size=20),
    accept=st.sampled_from(Accept),
    allowance_s=st.integers(0, 60),
    organization_id=st.none() | st.integers(1, 10**6),
    label=st.text(max_size=20),
)
tiers = st.builds(
    Tier,
    role=st.sampled_from(Role),
    targets=st.lists(targets, max_size=4).map(tuple),
    mode=st.sampled_from(Mode),
    ring_s=st.integers(5, 120),
)


@given(st.builds(Plan, name=st.text(max_size=20), tiers=st.lists(tiers, max_size=4).map(tuple)))
def test_a_snapshot_gives_back_the_very_same_plan(plan: Plan) -> None:
    assert from_json(to_json(plan)) == plan


@pytest.mark.parametrize("document", [{}, {"name": "x"}, {"name": "x", "tiers": [{}]}, {"name": "x", "tiers": 5}])
def test_a_snapshot_that_is_none_is_one_named_error(document: dict[str, object]) -> None:
    with pytest.raises(PlanError, match="not a plan"):
        from_json(document)
