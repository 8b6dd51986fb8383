"""Whatever keeps the guard from answering, the next tier rings: at once when that is known at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.alarm import seconds

if TYPE_CHECKING:
    from tests.kit.world import World

AT_ONCE_S = 0.2


@pytest.mark.parametrize(
    ("behaviour", "status"), [("busy", "BUSY"), ("decline", "DECLINED"), ("unavailable", "CHANUNAVAIL")]
)
def test_guard_refuses_and_the_maintainer_rings_at_once(world: World, behaviour: str, status: str) -> None:
    lift = world.given_lift(guards=[behaviour])
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    maintainer = lift.maintainer.expect_call(within=2)
    refused = guard.expect_hangup()
    assert maintainer.invite is not None
    assert maintainer.invite.at - refused.at < AT_ONCE_S
    alarm.hang_up()
    nodes = alarm.finished()
    failed = next(node for node in nodes if node.kind == "leg_failed")
    assert (failed.status, failed.role) == (status, "property")


def test_guard_is_not_registered_and_the_maintainer_rings_at_once(world: World) -> None:
    lift = world.given_lift(registered_guards=False)
    alarm = lift.press()
    lift.maintainer.expect_call(within=2)
    alarm.hang_up()
    nodes = alarm.finished()
    failed = next(node for node in nodes if node.kind == "leg_failed")
    assert failed.status == "CHANUNAVAIL"
    dialled = next(node for node in nodes if node.kind == "leg_dialled" and node.role == "maintainer")
    assert seconds(failed, dialled) < AT_ONCE_S


def test_guard_phone_lost_its_power_and_the_maintainer_rings_within_seconds(world: World) -> None:
    lift = world.given_lift(ring_s=15)
    lift.guard.kill()
    alarm = lift.press()
    lift.maintainer.expect_call(within=6)
    alarm.hang_up()
    failed = next(node for node in alarm.finished() if node.kind == "leg_failed")
    assert failed.role == "property"


@pytest.mark.parametrize(("carrier", "status"), [("error:503", "CONGESTION"), ("error:404", "CHANUNAVAIL")])
def test_trunk_refuses_and_the_centre_rings_at_once(world: World, carrier: str, status: str) -> None:
    operator = world.given_operator("no-answer")
    lift = world.given_lift(guards=["busy"])
    number = lift.maintainer.account.user
    world.instance.carrier.behave(number, carrier)
    try:
        alarm = lift.press()
        operator.expect_call(within=2)
        alarm.hang_up()
    finally:
        world.instance.carrier.behave_normally(number)
    nodes = alarm.finished()
    failed = next(node for node in nodes if node.kind == "leg_failed" and node.role == "maintainer")
    assert failed.status == status
    dialled = next(node for node in nodes if node.kind == "leg_dialled" and node.role == "centre")
    assert seconds(failed, dialled) < AT_ONCE_S


def test_targets_in_order_ring_one_after_the_other(world: World) -> None:
    lift = world.given_lift(guards=["no-answer", "answer"], mode="ordered")
    alarm = lift.press()
    first = lift.guards[0].expect_call(within=1)
    second = lift.guards[1].expect_call(within=7)
    assert first.invite is not None
    assert second.invite is not None
    assert 4.75 < second.invite.at - first.invite.at < 5.25
    second.expect_answered()
    lift.maintainer.expect_no_call(during=1)
    alarm.hang_up()
    alarm.finished()
