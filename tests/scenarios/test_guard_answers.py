"""Tier one: the property's guard room."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from phones.measure import levels, presence, total
from tests.kit.alarm import seconds
from tests.kit.hearing import hears
from tests.kit.world import CABIN_HZ, GUARD_HZ

if TYPE_CHECKING:
    from tests.kit.world import World


def test_guard_answers_and_speaks_with_the_passenger(world: World) -> None:
    lift = world.given_lift(guards=["answer:1s"])
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    assert guard.caller == lift.rescue_no
    assert "测试小区" in guard.display
    guard.expect_answered(within=3)
    lift.maintainer.expect_no_call(during=3)
    guard.hangup()
    alarm.hang_up()
    assert total(presence(alarm.call.received_wav, GUARD_HZ)) > 1.5
    assert total(presence(guard.received_wav, CABIN_HZ)) > 1.5
    nodes = alarm.finished()
    accepted = next(node for node in nodes if node.kind == "leg_accepted")
    assert accepted.role == "property"
    assert 0.9 < seconds(nodes[0], accepted) < 1.6
    assert alarm.incident()["state"] == "acknowledged"


def test_guard_hangs_up_first_and_the_passenger_is_told_and_held(world: World) -> None:
    lift = world.given_lift(guards=["answer,hangup:3s"])
    alarm = lift.press()
    lift.guard.expect_call(within=1).expect_hangup(within=8)
    alarm.expect_node("talk_ended")
    alarm.expect_node("hold_started", within=30)
    assert not alarm.call.is_over, "the line is held, so that the cabin can be called into"
    alarm.call.expect_hangup(within=45)
    alarm.finished()
    _, audio = alarm.recording()
    spoken = audio.channel(1).cut(4.0, 12.0)
    assert total(presence(spoken, GUARD_HZ)) == 0
    assert alarm.incident()["state"] == "acknowledged", "the incident stays open until it is closed"


def test_guard_who_puts_the_receiver_down_at_once_has_spoken_with_nobody(world: World) -> None:
    lift = world.given_lift(guards=["answer,hangup:200ms;answer"])
    alarm = lift.press()
    lift.guard.expect_call(within=1).expect_hangup(within=3)
    again = lift.guard.expect_call(within=4)
    again.expect_answered(within=2)
    hears(alarm.call, GUARD_HZ)
    alarm.hang_up()
    assert [node.how for node in alarm.finished() if node.kind == "talk_ended"] == ["short"]


def test_two_guards_answer_in_the_same_instant_and_one_has_the_call(world: World) -> None:
    lift = world.given_lift(guards=["no-answer", "no-answer"])
    alarm = lift.press()
    first, second = (guard.expect_call(within=2) for guard in lift.guards)
    instant = time.monotonic() + 0.5
    first.answer(at=instant)
    second.answer(at=instant + 0.01)
    accepted = alarm.expect_node("leg_accepted")
    taken = alarm.expect_node("leg_taken")
    assert {accepted.target, taken.target} == {f"PJSIP/{guard.account.user}" for guard in lift.guards}
    winner, loser = (first, second) if first.phone.account.user in accepted.target else (second, first)
    loser.expect_hangup(within=8)
    assert not winner.is_over
    assert total(presence(loser.received_wav, CABIN_HZ)) < 0.3, "the loser never hears the passenger"
    assert (levels(loser.received_wav) > -40).mean() > 0.3, "the loser hears who has it"
    winner.hangup()
    alarm.hang_up()
    assert total(presence(winner.received_wav, CABIN_HZ)) > 0.5
    assert len([node for node in alarm.finished() if node.kind == "leg_accepted"]) == 1
