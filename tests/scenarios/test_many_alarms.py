"""Thirty alarms at once all reach the right people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from phones.measure import presence, total
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ

if TYPE_CHECKING:
    from tests.kit.world import World

ALARMS = 30


@pytest.mark.timeout(300)
def test_thirty_alarms_at_once_all_reach_the_right_people(world: World) -> None:
    lifts = [world.given_lift(guards=["answer:2s"], maintainers=[]) for _ in range(ALARMS)]
    alarms = [lift.press() for lift in lifts]
    calls = [lift.guard.expect_call(within=5) for lift in lifts]
    for lift, call in zip(lifts, calls, strict=True):
        assert call.caller == lift.rescue_no, "each guard is called for the own lift"
        call.expect_answered(within=6)
    lifts[-1].guard.expect_no_call(during=4)
    for alarm in alarms:
        alarm.hang_up()
    for alarm, call in zip(alarms, calls, strict=True):
        assert total(presence(alarm.call.received_wav, GUARD_HZ)) > 1
        assert total(presence(call.received_wav, CABIN_HZ)) > 1
        alarm.expect_node("call_ended")
        assert len(alarm.nodes("leg_accepted")) == 1
    for alarm in alarms:
        row, audio = alarm.recording(within=60)
        assert row["state"] == "ok"
        assert total(presence(audio.channel(0), CABIN_HZ)) > 4
    until(lambda: all(len(alarm.incident()["calls"]) == 1 for alarm in alarms), 10, "one call each")
