"""The passenger: hangs up at any stage, presses twice, is called back, comes from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from phones.measure import levels, presence, separation, total
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ

if TYPE_CHECKING:
    from tests.kit.world import World


def test_passenger_hangs_up_while_the_guard_rings(world: World) -> None:
    lift = world.given_lift()
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    alarm.hang_up()
    guard.expect_hangup(within=1)
    assert alarm.expect_node("call_ended").stage == "waiting"
    alarm.expect_node("abandoned")
    lift.maintainer.expect_no_call(during=1)


def test_passenger_hangs_up_while_the_maintainer_is_asked_for_the_key(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["answer,key:1@5s"])
    alarm = lift.press()
    maintainer = lift.maintainer.expect_call(within=2)
    maintainer.expect_media(within=2)
    alarm.expect_node("leg_answered")  # the switch has heard of it, too
    alarm.hang_up()
    ended = alarm.expect_node("call_ended", within=3)
    assert ended.stage == "waiting"
    alarm.expect_node("key_pressed")
    maintainer.expect_hangup(within=15)
    assert not alarm.nodes("leg_accepted"), "nobody can have an alarm whose passenger has left"
    assert alarm.incident()["state"] == "raised"


def test_passenger_hangs_up_while_talking(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    guard.expect_answered()
    alarm.expect_node("leg_accepted")
    alarm.hang_up()
    guard.expect_hangup(within=1)
    assert alarm.expect_node("call_ended").stage == "talking"


def test_passenger_hangs_up_while_the_centre_rings(world: World) -> None:
    operator = world.given_operator("no-answer")
    lift = world.given_lift(guards=["busy"], maintainers=["busy"])
    alarm = lift.press()
    ringing = operator.expect_call(within=2)
    alarm.hang_up()
    ringing.expect_hangup(within=1)
    assert alarm.expect_node("call_ended").stage == "waiting"
    alarm.expect_node("abandoned")


def test_second_press_joins_the_incident_and_escalates_again(world: World) -> None:
    lift = world.given_lift()
    first = lift.press()
    lift.guard.expect_call(within=1)
    first.hang_up()
    first.finished()
    second = lift.press()
    lift.guard.expect_call(within=1)
    second.hang_up()
    until(lambda: len([k for k in second.kinds() if k == "call_ended"]) == 2, 10, "both calls are on record")
    incidents = world.instance.get("/incidents", lift=lift.device_code)["items"]
    assert len(incidents) == 1
    assert len(second.nodes("alarm_raised")) == 2
    assert len(second.incident()["calls"]) == 2


def test_a_cabin_on_the_trunk_is_known_by_its_number(world: World) -> None:
    lift = world.given_lift(cabin_on_trunk=True, guards=["answer:1s"])
    alarm = lift.press()
    guard = lift.guard.expect_call(within=2)
    guard.expect_answered(within=3)
    lift.maintainer.expect_no_call(during=2)
    alarm.hang_up()
    assert total(presence(guard.received_wav, CABIN_HZ)) > 1
    raised = alarm.expect_node("alarm_raised")
    assert raised.via == "trunk"
    alarm.finished()


def test_an_unknown_caller_reaches_the_centre(world: World) -> None:
    operator = world.given_operator("answer:1s")
    stranger = world.mobile("13900000400", "no-answer").ready()
    call = stranger.call("031100000000", tone=CABIN_HZ)
    talk = operator.expect_call(within=2)
    talk.expect_answered(within=3)
    talk.expect_media()
    until(lambda: len(levels(talk.recording)) > 100, 5, "two seconds have been heard")
    call.hangup()
    talk.expect_hangup()
    assert total(presence(talk.received_wav, CABIN_HZ)) > 1

    def recorded() -> bool:
        items = world.instance.get("/incidents")["items"]
        return any(item["lift"] is None and item["caller"] == "13900000400" for item in items)

    until(recorded, 10, "an incident without a lift is on record")


@pytest.mark.timeout(150)
def test_recording_holds_both_voices_from_press_to_hang_up(world: World) -> None:
    lift = world.given_lift(guards=["answer:3s"])
    alarm = lift.press()
    guard = lift.guard.expect_call(within=1)
    guard.expect_answered(within=5)
    lift.maintainer.expect_no_call(during=4)
    alarm.hang_up()
    alarm.finished()
    row, audio = alarm.recording()
    assert row["state"] == "ok"
    received = alarm.expect_node("recording_finished").received
    assert received is None or received > 25 * audio.duration, "at least half of the packets, of 20 ms each"
    call = alarm.incident()["calls"][0]
    assert abs(audio.duration - row["expected_ms"] / 1000) < 0.3, call
    passenger, others = audio.channel(0), audio.channel(1)
    assert total(presence(passenger, CABIN_HZ)) > audio.duration - 0.7, "the passenger is heard from the press on"
    talk = max(presence(others, GUARD_HZ), key=lambda interval: interval.duration)
    assert talk.duration > 3.5
    assert 2.5 < talk.start < 3.8
    assert (levels(others.cut(0.5, 2.5)) > -40).mean() > 0.5, "the prompts are on record"
    assert separation(audio, CABIN_HZ, 0) > 20
    assert separation(audio, GUARD_HZ, 1) > 20
