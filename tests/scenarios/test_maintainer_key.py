"""Tier two: a mobile takes the alarm with the key 1, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phones.measure import levels, presence, total
from tests.kit.world import CABIN_HZ, MAINTAINER_HZ

if TYPE_CHECKING:
    from tests.kit.world import World


def test_guard_is_silent_and_the_maintainer_presses_one(world: World) -> None:
    lift = world.given_lift(maintainers=["answer:1s,key:1@3s"])
    alarm = lift.press()
    maintainer = lift.maintainer.expect_call(within=7)
    maintainer.expect_answered(within=3)
    accepted = alarm.expect_node("leg_accepted", within=10)
    assert (accepted.role, accepted.how) == ("maintainer", "key")
    lift.maintainer.expect_no_call(during=3)
    alarm.hang_up()
    maintainer.expect_hangup()
    assert (levels(maintainer.received_wav)[:150] > -40).mean() > 0.3, "the maintainer hears which lift it is"
    assert total(presence(alarm.call.received_wav, MAINTAINER_HZ)) > 1.5
    assert total(presence(maintainer.received_wav, CABIN_HZ)) > 1.5
    alarm.finished()


def test_voicemail_answers_and_says_nothing_and_the_centre_rings(world: World) -> None:
    operator = world.given_operator("answer")
    lift = world.given_lift(guards=["busy"], maintainers=["voicemail:1s"])
    alarm = lift.press()
    maintainer = lift.maintainer.expect_call(within=2)
    call = operator.expect_call(within=30)
    call.expect_answered()
    maintainer.expect_hangup()
    alarm.hang_up()
    nodes = alarm.finished()
    failed = next(node for node in nodes if node.kind == "leg_failed" and node.role == "maintainer")
    assert failed.status == "NOACCEPT"
    assert total(presence(maintainer.received_wav, CABIN_HZ)) < 0.3, "a voicemail never hears the passenger"


def test_wrong_key_is_told_and_the_right_one_still_counts(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["answer,key:5@1s,key:1@4s"])
    alarm = lift.press()
    lift.maintainer.expect_call(within=2)
    wrong = alarm.expect_node("key_pressed", key="5")
    assert str(wrong.valid) in {"0", "False"}
    accepted = alarm.expect_node("leg_accepted", within=10)
    assert accepted.role == "maintainer"
    alarm.hang_up()
    alarm.finished()


def test_a_late_key_takes_nothing(world: World) -> None:
    operator = world.given_operator("answer")
    lift = world.given_lift(guards=["busy"], maintainers=["answer,key:1@30s"])
    alarm = lift.press()
    lift.maintainer.expect_call(within=2).expect_hangup(within=28)
    operator.expect_call(within=28).expect_answered()
    alarm.expect_node("leg_accepted")  # not before: the passenger may leave between the answer and the talk
    alarm.hang_up()
    nodes = alarm.finished()
    assert [node.role for node in nodes if node.kind == "leg_accepted"] == ["centre"]


def test_two_maintainers_press_one_together_and_the_other_hears_who_has_it(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["answer:1s", "answer:1s"])
    alarm = lift.press()
    calls = [mobile.expect_call(within=2) for mobile in lift.maintainers]
    for call in calls:
        call.expect_media(within=4)
    for call in calls:
        call.press("1")
    accepted = alarm.expect_node("leg_accepted")
    taken = alarm.expect_node("leg_taken")
    assert accepted.target != taken.target
    winner = next(call for call in calls if call.phone.account.user in accepted.target)
    loser = next(call for call in calls if call is not winner)
    loser.expect_hangup(within=10)
    assert not winner.is_over
    alarm.hang_up()
    assert total(presence(winner.received_wav, CABIN_HZ)) > 1
    assert total(presence(loser.received_wav, CABIN_HZ)) < 0.3
    alarm.finished()
