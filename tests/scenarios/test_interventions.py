"""The centre on a running alarm: listen, whisper, join, take over, and change between them."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import pytest

from phones.measure import levels, longest_gap, presence, total
from tests.kit.hearing import hears, never_heard
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ, MAINTAINER_HZ, OPERATOR_HZ

if TYPE_CHECKING:
    from phones.call import Call
    from phones.process import Phone
    from tests.kit.world import Lift, World

LISTEN, WHISPER, JOIN, TAKE_OVER = "*1", "*2", "*3", "*4"


def intervene(operator: Phone, code: str, lift: Lift) -> Call:
    """Dial a code of the centre and wait until the line is there."""
    call = operator.call(f"{code}{lift.rescue_no}", tone=OPERATOR_HZ)
    call.expect_answered(within=3)
    return call


def an_operator(world: World) -> Phone:
    """An operator who takes no calls from the queue, but dials."""
    return world.given_operator("no-answer")


def test_listening_from_the_first_ring_is_heard_by_nobody(world: World) -> None:
    lift = world.given_lift(guards=["answer:4s"])
    operator = an_operator(world)
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    listening = intervene(operator, LISTEN, lift)
    hears(listening, CABIN_HZ)
    talk.expect_answered(within=8)
    hears(listening, GUARD_HZ)
    hears(talk, CABIN_HZ)
    listening.hangup()
    hears(talk, CABIN_HZ)
    never_heard(talk, OPERATOR_HZ)
    never_heard(alarm.call, OPERATOR_HZ)
    alarm.hang_up()
    kinds = [node.kind for node in alarm.finished()]
    started = alarm.expect_node("intervention_started", mode="listen")
    assert started.role == "centre"
    assert (started.target, started.who) == ("PJSIP/op-1", "话务员 A"), "who listened, and when, by a dialled code"
    assert alarm.expect_node("intervention_ended").reason == "hangup"
    assert "centre_intervened" not in kinds, "who listens commands nothing"


def test_a_whisper_is_heard_by_the_guard_only(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    operator = an_operator(world)
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    alarm.expect_node("leg_accepted")
    whispering = intervene(operator, WHISPER, lift)
    hears(talk, OPERATOR_HZ)
    hears(whispering, CABIN_HZ)
    hears(alarm.call, GUARD_HZ)
    whispering.hangup()
    never_heard(alarm.call, OPERATOR_HZ)
    alarm.hang_up()
    alarm.finished()
    rows = until(
        lambda: [row for row in alarm.incident()["recordings"] if row["target"] and row["state"] != "recording"],
        30,
        "the operator's own line is a recording as well",
    )
    assert [(row["target"], row["state"]) for row in rows] == [("PJSIP/op-1", "ok")]


@pytest.mark.timeout(180)
def test_the_centre_joins_and_leaves_and_the_recording_has_everybody(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    operator = an_operator(world)
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    hears(alarm.call, GUARD_HZ)
    joined = intervene(operator, JOIN, lift)
    for side, others in ((alarm.call, (GUARD_HZ, OPERATOR_HZ)), (talk, (CABIN_HZ, OPERATOR_HZ)),
                         (joined, (CABIN_HZ, GUARD_HZ))):  # fmt: skip
        for tone in others:
            hears(side, tone)
    joined.hangup()
    hears(talk, CABIN_HZ)
    hears(alarm.call, GUARD_HZ)
    talk.hangup()
    alarm.expect_node("hold_started", within=30)
    alarm.hang_up()
    kinds = [node.kind for node in alarm.finished()]
    assert kinds.count("talk_ended") == 1
    assert "centre_intervened" in kinds
    row, heard = alarm.recording()
    assert row["state"] == "ok"
    assert len([one for one in alarm.incident()["recordings"] if one["target"] is None]) == 1, "one file, the cabin's"
    assert total(presence(heard.channel(0), CABIN_HZ)) > row["duration_ms"] / 1000 - 3, "without a gap"
    assert total(presence(heard.channel(1), OPERATOR_HZ)) > 1, "who is audible in the cabin is in the recording"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("tier", ["property", "maintainer"])
def test_the_centre_takes_over_while_a_tier_is_ringing(world: World, tier: str) -> None:
    lift = world.given_lift(guards=["no-answer" if tier == "property" else "busy"])
    operator = an_operator(world)
    alarm = lift.press()
    ringing = (lift.guard if tier == "property" else lift.maintainer).expect_call(within=4)
    ringing.expect_ringing(within=5)
    mine = intervene(operator, TAKE_OVER, lift)
    ringing.expect_hangup(within=2)
    hears(mine, CABIN_HZ)
    hears(alarm.call, OPERATOR_HZ)
    lift.maintainer.expect_no_call(during=3)
    mine.hangup()
    alarm.expect_node("hold_started", within=30)
    alarm.hang_up()
    alarm.finished()
    assert alarm.incident()["centre_intervening"]
    assert alarm.incident()["acknowledged_at"] is not None


def test_the_centre_takes_over_a_talk_and_the_guard_hears_so(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    operator = an_operator(world)
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    hears(alarm.call, GUARD_HZ)
    mine = intervene(operator, TAKE_OVER, lift)
    hears(alarm.call, OPERATOR_HZ)
    talk.expect_hangup(within=12)
    hears(mine, CABIN_HZ)
    alarm.hang_up()
    alarm.finished()
    assert alarm.expect_node("leg_taken").target.startswith("PJSIP/guard-")


@pytest.mark.timeout(180)
def test_joining_while_it_rings_leaves_the_escalation_going(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["answer:2s,key:1"])
    operator = an_operator(world)
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    joined = intervene(operator, JOIN, lift)
    hears(alarm.call, OPERATOR_HZ)
    talk = lift.maintainer.expect_call(within=15)
    hears(alarm.call, MAINTAINER_HZ, within=40)
    hears(talk, OPERATOR_HZ)
    hears(talk, CABIN_HZ)
    joined.hangup()
    hears(talk, CABIN_HZ)
    hears(alarm.call, MAINTAINER_HZ)
    alarm.hang_up()
    talk.expect_hangup(within=12)
    nodes = alarm.finished()
    accepted = next(node for node in nodes if node.kind == "leg_accepted")
    assert accepted.role == "maintainer", "the calls beside the room are on this incident"


@pytest.mark.timeout(180)
def test_who_joined_and_leaves_before_anybody_answered_leaves_the_passenger_to_the_tiers(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["no-answer"])
    operator = an_operator(world)
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    joined = intervene(operator, JOIN, lift)
    beside = lift.guard.expect_call(within=3)
    hears(alarm.call, OPERATOR_HZ, least_s=2.5)  # a talk, but nobody's of the tiers
    joined.hangup()
    beside.expect_hangup(within=3)
    again = lift.guard.expect_call(within=5)
    again.answer()
    hears(alarm.call, GUARD_HZ, within=20)
    alarm.hang_up()
    alarm.finished()


@pytest.mark.timeout(180)
def test_an_operator_changes_from_listening_to_speaking_and_back(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    operator = an_operator(world)
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    call = intervene(operator, LISTEN, lift)
    hears(call, GUARD_HZ)
    started = alarm.expect_node("intervention_started")
    steps = (("join", True, True), ("whisper", False, True), ("listen", False, False), ("join", True, True))
    for mode, heard_by_cabin, heard_by_guard in steps:
        _change(world, started.leg, mode)
        alarm.expect_node("intervention_changed", mode=mode)
        if heard_by_guard:
            hears(talk, OPERATOR_HZ)
        if heard_by_cabin:
            hears(alarm.call, OPERATOR_HZ)
        hears(alarm.call, GUARD_HZ)
        hears(call, CABIN_HZ)
    _change(world, started.leg, "take_over")
    talk.expect_hangup(within=12)
    hears(alarm.call, OPERATOR_HZ)
    hears(call, CABIN_HZ)
    alarm.hang_up()
    call.expect_hangup(within=8)
    nodes = alarm.finished()
    changes = [(node.raw["detail"]["from"], node.mode) for node in nodes if node.kind == "intervention_changed"]
    modes = ["listen", "join", "whisper", "listen", "join", "take_over"]
    assert changes == list(itertools.pairwise(modes))
    assert next(node for node in nodes if node.kind == "leg_taken").by == "PJSIP/op-1"
    assert alarm.expect_node("intervention_ended").reason == "call-over"


def _change(world: World, leg: str, mode: str) -> None:
    """What the console does: send the operator's line to another mode."""
    lines = world.instance.asterisk("core show channels concise").splitlines()
    name = next(line.split("!")[0] for line in lines if line.split("!")[-1] == leg)
    answer = world.instance.asterisk(f"channel redirect {name} ll-intervene,{mode},1")
    assert "successfully redirected" in answer, answer


@pytest.mark.timeout(180)
def test_two_operators_on_one_alarm_with_everything_but_the_switch_dead(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    first = an_operator(world)
    second = world.given_operator("no-answer", name="op-2")
    with world.instance.dead("record", "api", "redis"):
        alarm = lift.press()
        talk = lift.guard.expect_call(within=1)
        talk.expect_answered(within=3)
        one = intervene(first, LISTEN, lift)
        two = intervene(second, JOIN, lift)
        hears(talk, OPERATOR_HZ)
        hears(one, OPERATOR_HZ)
        one.hangup()
        hears(two, GUARD_HZ)
        two.hangup()
        hears(talk, CABIN_HZ)
        alarm.hang_up()
        talk.expect_hangup(within=12)
    alarm.finished(within=40)
    assert {node.target for node in alarm.nodes("intervention_started")} == {"PJSIP/op-1", "PJSIP/op-2"}


@pytest.mark.timeout(180)
def test_two_operators_take_over_in_the_same_instant_and_one_has_the_passenger(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"])
    operators = [an_operator(world), world.given_operator("no-answer", name="op-2")]
    alarm = lift.press()
    ringing = lift.guard.expect_call(within=1)
    calls = [operator.call(f"{TAKE_OVER}{lift.rescue_no}", tone=OPERATOR_HZ) for operator in operators]
    ringing.expect_hangup(within=2)
    until(lambda: any(call.is_over for call in calls), 12, "one is told that the other has it")
    has = next(call for call in calls if not call.is_over)
    hears(has, CABIN_HZ)
    hears(alarm.call, OPERATOR_HZ)
    alarm.hang_up()
    has.expect_hangup(within=8)
    told = next(node for node in alarm.finished() if node.kind == "leg_taken")
    assert told.by == f"PJSIP/{has.phone.account.user}"


@pytest.mark.timeout(180)
def test_the_centre_takes_over_while_the_maintainer_is_asked_for_the_key(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["answer:500ms"])
    operator = an_operator(world)
    alarm = lift.press()
    asked = lift.maintainer.expect_call(within=5)
    asked.expect_answered(within=5)
    mine = intervene(operator, TAKE_OVER, lift)
    hears(mine, CABIN_HZ)
    hears(alarm.call, OPERATOR_HZ)
    if not asked.is_over:
        asked.press("1")
    asked.expect_hangup(within=15)
    hears(alarm.call, OPERATOR_HZ)
    never_heard(alarm.call, MAINTAINER_HZ)
    alarm.hang_up()
    assert [node.target for node in alarm.finished() if node.kind == "leg_accepted"] == []


@pytest.mark.timeout(180)
def test_an_operator_who_takes_over_and_is_gone_again_leaves_the_passenger_to_the_tiers(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["no-answer"])
    operator = an_operator(world)
    alarm = lift.press()
    ringing = lift.guard.expect_call(within=1)
    mine = intervene(operator, TAKE_OVER, lift)
    ringing.expect_hangup(within=2)
    mine.hangup()
    again = lift.guard.expect_call(within=6)
    assert longest_gap(alarm.call.recording) < 2.0
    # Brought into the conversation by somebody who vanished before they were there themselves.
    began = time.monotonic()
    _send(world, lift.cabin.account.user, "ll-room,s,1")
    again.expect_hangup(within=3)
    once_more = lift.guard.expect_call(within=8)
    assert time.monotonic() - began < 6
    once_more.answer()
    hears(alarm.call, GUARD_HZ)
    alarm.hang_up()
    assert "hold_started" not in [node.kind for node in alarm.finished()], "nobody let the passenger go"


def _send(world: World, account: str, place: str) -> None:
    """Send a phone's line to a place of the dialplan."""
    lines = world.instance.asterisk("core show channels concise").splitlines()
    name = next(line.split("!")[0] for line in lines if line.startswith(f"PJSIP/{account}-"))
    answer = world.instance.asterisk(f"channel redirect {name} {place}")
    assert "successfully redirected" in answer, answer


def test_a_guard_may_not_intervene_as_the_centre(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"])
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    other = world.given_lift().guard
    call = other.call(f"{LISTEN}{lift.rescue_no}")
    call.expect_hangup(within=15)
    never_heard(call, CABIN_HZ)
    assert (levels(call.received_wav) > -40).mean() > 0.3, "a spoken refusal"
    alarm.hang_up()
    alarm.finished()
    refused = world.instance.get("/security/refused-calls")["items"]
    row = next(one for one in refused if one["caller"] == other.account.user)
    assert (row["reason"], row["device_code"], row["who"]) == ("not-an-operator", lift.device_code, "值班室 1")
