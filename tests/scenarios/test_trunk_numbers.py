"""A carrier that wants E.164 gets it; the alarm and the record know the number as it was entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.kit.world import World


def test_numbers_on_the_trunk_carry_the_prefix(world: World) -> None:
    lift = world.given_lift(guards=["busy"])
    world.instance.asterisk("dialplan set global LL_TRUNK_PREFIX +86")
    try:
        alarm = lift.press()
        lift.maintainer.expect_call(within=2)
        dialling = world.instance.asterisk("core show channels concise")
        alarm.hang_up()
    finally:
        world.instance.asterisk("dialplan set global LL_TRUNK_PREFIX ")
    assert f"PJSIP/+86{lift.maintainer.account.user}@trunk" in dialling
    dialled = alarm.expect_node("leg_dialled", role="maintainer")
    assert dialled.target == f"PJSIP/{lift.maintainer.account.user}@trunk"
    alarm.finished()
