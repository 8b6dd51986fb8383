"""Fifteen seconds of ringing on tiers one and two (notice, annex 1 section 二), measured at the phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from phones.measure import longest_gap

if TYPE_CHECKING:
    from phones.call import Call
    from tests.kit.world import World

RING_S = 15
TOLERANCE_S = 0.25
NOTHING_HEARD_S = 2.0


def _rang(call: Call) -> float:
    return call.expect_hangup(within=RING_S + 3).at - call.expect_ringing().at


@pytest.mark.timeout(180)
def test_guard_and_maintainer_ring_fifteen_seconds_each_then_the_centre_answers(world: World) -> None:
    lift = world.given_lift(ring_s=RING_S)
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    operator = world.given_operator("answer:1s")
    assert abs(_rang(guard) - RING_S) < TOLERANCE_S
    maintainer = lift.maintainer.expect_call(within=1)
    assert abs(_rang(maintainer) - RING_S) < TOLERANCE_S
    operator.expect_call(within=1).expect_answered(within=4)
    heard = alarm.call.recording
    gap = longest_gap(heard)
    alarm.hang_up()
    assert gap < NOTHING_HEARD_S, "the passenger hears something all the time"
    nodes = alarm.finished()
    roles = [node.role for node in nodes if node.kind == "tier_started"]
    assert roles == ["property", "maintainer", "centre"]
    assert next(node for node in nodes if node.kind == "leg_accepted").role == "centre"


@pytest.mark.timeout(180)
def test_a_mobile_that_takes_three_seconds_to_ring_still_rings_fifteen(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["ring-delay:3s"], ring_s=RING_S)
    alarm = lift.press()
    maintainer = lift.maintainer.expect_call(within=2)
    maintainer.expect_ringing(within=5)
    assert abs(_rang(maintainer) - RING_S) < TOLERANCE_S
    alarm.hang_up()
    failed = [node for node in alarm.finished() if node.kind == "leg_failed" and node.role == "maintainer"]
    assert failed[0].status == "NOANSWER"
