"""Calling into the cabin: prefix and rescue number from a phone that belongs to the lift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialplan.names import CALLBACK_PREFIX
from phones.measure import levels, presence, total
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ

if TYPE_CHECKING:
    from tests.kit.world import World


def test_guard_calls_the_cabin_which_answers_by_itself(world: World) -> None:
    lift = world.given_lift()
    call = lift.guard.call(f"{CALLBACK_PREFIX}{lift.rescue_no}", tone=GUARD_HZ)
    cabin = lift.cabin.expect_call(within=2)
    cabin.expect_answered(within=2)
    call.expect_answered(within=15)
    lift.guard.expect_no_call(during=3)
    call.hangup()
    cabin.expect_hangup()
    assert total(presence(cabin.received_wav, GUARD_HZ)) > 1
    assert total(presence(call.received_wav, CABIN_HZ)) > 1


def test_a_phone_that_does_not_belong_to_the_lift_is_refused(world: World) -> None:
    lift, other = world.given_lift(), world.given_lift()
    call = other.guard.call(f"{CALLBACK_PREFIX}{lift.rescue_no}")
    call.expect_hangup(within=15)
    lift.cabin.expect_no_call(during=0.5)
    assert (levels(call.received_wav) > -40).mean() > 0.3, "a spoken refusal"


def test_guard_hung_up_by_mistake_and_gets_the_held_line_back(world: World) -> None:
    lift = world.given_lift(guards=["answer,hangup:3s"])
    alarm = lift.press()
    lift.guard.expect_call(within=1).expect_hangup(within=8)
    alarm.expect_node("hold_started", within=30)
    call = lift.guard.call(f"{CALLBACK_PREFIX}{lift.rescue_no}", tone=GUARD_HZ)
    call.expect_answered(within=3)
    until(lambda: total(presence(call.recording, CABIN_HZ)) > 1, 10, "the guard hears the passenger again")
    lift.cabin.expect_no_call(during=1)
    call.hangup()
    alarm.call.expect_hangup(within=45)
    alarm.finished()
