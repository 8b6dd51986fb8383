"""Tier three: the centre; and what happens while nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from phones.measure import longest_gap, presence, total
from tests.kit.world import CABIN_HZ, OPERATOR_HZ

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.mark.timeout(180)
def test_no_operator_on_line_then_one_logs_in_and_rings_at_once(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["busy"])
    alarm = lift.press()
    alarm.expect_node("nobody_answered")
    alarm.expect_node("round_started", round=2)
    lift.cabin.expect_no_call(during=4)
    assert longest_gap(alarm.call.recording) < 2.0, "prompts go on although nobody can be rung"
    operator = world.given_operator("answer")
    registered = operator.expect_registered()
    call = operator.expect_call(within=3)
    assert call.invite is not None
    assert call.invite.at - registered.at < 2.0
    call.expect_answered()
    call.expect_media()
    operator.expect_no_call(during=2)
    alarm.hang_up()
    assert total(presence(call.received_wav, CABIN_HZ)) > 1
    assert total(presence(alarm.call.received_wav, OPERATOR_HZ)) > 1
    alarm.finished()


@pytest.mark.timeout(180)
def test_nobody_answers_anywhere_and_everybody_is_called_again(world: World) -> None:
    lift = world.given_lift(guards=["busy;answer"], maintainers=["busy"])
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    again = lift.guard.expect_call(within=10)
    again.expect_answered()
    assert alarm.expect_node("leg_accepted").role == "property"
    gap = longest_gap(alarm.call.recording)
    alarm.hang_up()
    assert gap < 2.0
    kinds = [node.kind for node in alarm.finished()]
    assert "nobody_answered" in kinds
