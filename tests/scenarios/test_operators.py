"""The centre's operators: who is rung, who is left alone, who comes first, and what becomes of one who vanishes."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from dialplan.endpoints import operator as operator_endpoint
from dialplan.names import Family
from phones.account import Account
from phones.events import Name
from phones.measure import longest_gap
from tests.kit.hearing import hears
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, OPERATOR_HZ, SERVICE_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phones.process import Phone
    from tests.kit.world import Lift, World


def a_lift_without_others(world: World) -> Lift:
    """A lift whose guard and maintainer are busy: a press reaches the centre at once."""
    return world.given_lift(guards=["busy"], maintainers=["busy"])


@contextmanager
def another_phone_of(world: World, name: str) -> Iterator[Phone]:
    """Give the person of an operator's phone another one, as a console's browser is beside a desk phone."""
    instance = world.instance
    first = next(row for row in instance.get("/phones", limit=200)["items"] if row["address"] == name)
    body = {key: first[key] for key in ("kind", "organization_id", "person_id")}
    made = instance.post("/phones", body | {"label": "话务员 A 桌机", "address": f"{name}-desk"})
    until(lambda: made["address"] in instance.asterisk("queue show centre"), 15, "it is in the queue")
    settings = instance.settings
    account = Account(made["address"], made["password"], settings.sip_bind, settings.sip_port)
    phone = world.phone(account, f"no-answer,tone:{OPERATOR_HZ}").ready()
    try:
        yield phone
    finally:
        assert instance.api.patch(f"/phones/{made['id']}", json={"active": False}).status_code == 200
        until(lambda: made["address"] not in instance.asterisk("queue show centre"), 15, "it is out of the queue")


@pytest.mark.timeout(180)
def test_both_operators_ring_and_the_first_has_the_call(world: World) -> None:
    first, other = world.given_operator("no-answer"), world.given_operator("no-answer", name="op-2")
    lift, next_lift = a_lift_without_others(world), a_lift_without_others(world)
    with another_phone_of(world, "op-1") as desk:
        alarm = lift.press()
        rung = [phone.expect_call(within=3) for phone in (first, desk, other)]
        rang = [call.expect_ringing() for call in rung]
        rung[1].answer()
        for call in (rung[0], rung[2]):
            call.expect_hangup(within=2)
        hears(rung[1], CABIN_HZ)
        second = next_lift.press()
        third = other.expect_call(within=3)
        third.answer()
        hears(third, CABIN_HZ)
        first.expect_no_call(during=0.1)
        desk.expect_no_call(during=0.1)
        assert alarm.expect_node("leg_accepted").target == "PJSIP/op-1-desk"
        assert second.expect_node("leg_accepted").target == "PJSIP/op-2"
        ended = {node.target: node.status for node in alarm.nodes("leg_failed") if node.role == "centre"}
        assert ended == {"PJSIP/op-1": "CANCEL", "PJSIP/op-2": "CANCEL"}
        ringing = {node.target: node for node in alarm.nodes("leg_ringing") if node.role == "centre"}
        assert ringing.keys() == {"PJSIP/op-1", "PJSIP/op-2", "PJSIP/op-1-desk"}, "each once"
        assert len(alarm.nodes("leg_ringing")) == 3
        for event, name in zip(rang, ("op-1", "op-1-desk", "op-2"), strict=True):
            assert abs((ringing[f"PJSIP/{name}"].at - event.utc).total_seconds()) < 0.25, "the switch's time"
        alarm.hang_up()
        second.hang_up()
        alarm.finished()
        second.finished()


@pytest.mark.timeout(180)
def test_two_operators_answer_in_the_same_instant_and_one_has_the_call(world: World) -> None:
    phones = [world.given_operator("no-answer"), world.given_operator("no-answer", name="op-2")]
    lift = a_lift_without_others(world)
    alarm = lift.press()
    calls = [phone.expect_call(within=3) for phone in phones]
    for call in calls:
        call.expect_ringing()
    instant = time.monotonic() + 0.5
    for call in calls:
        call.answer(at=instant)
    hears(alarm.call, OPERATOR_HZ)
    until(lambda: sum(call.is_over for call in calls) == 1, 8, "the other is released")
    second = next(f"PJSIP/{call.phone.account.user}" for call in calls if call.is_over)
    assert alarm.expect_node("leg_accepted").target != second
    alarm.hang_up()
    nodes = alarm.finished()
    assert len([node for node in nodes if node.kind == "leg_accepted"]) == 1
    assert [node.target for node in nodes if node.kind in {"leg_taken", "leg_failed"} and node.role != "property"
            and node.target.startswith("PJSIP/op-")] == [second], "on record once"  # fmt: skip


@pytest.mark.timeout(180)
def test_presses_come_before_a_caller_without_one_and_the_oldest_press_first(world: World) -> None:
    patient = world.mobile(world.spare_mobile(), "no-answer").ready()
    stranger = patient.call(SERVICE_NUMBER)
    stranger.expect_answered(within=5)
    slow = world.given_lift(guards=["no-answer"], maintainers=["busy"])
    quick = a_lift_without_others(world)
    for _ in range(3):
        stranger.press("000000")
        time.sleep(0.3)
    oldest = slow.press()
    slow.guard.expect_call(within=2).expect_ringing()
    until(lambda: int(time.time()) > oldest.pressed_at + 1, 3, "another second")
    later = quick.press()
    later.expect_node("round_started", round=2)
    oldest.expect_node("round_started", round=2)
    until(lambda: _waiting(world) == 3, 20, "all three are in the queue, the oldest press last")
    operator = world.given_operator("no-answer")
    for alarm, lift in ((oldest, slow), (later, quick)):
        call = operator.expect_call(within=4)
        assert call.caller == lift.rescue_no
        call.answer()
        hears(call, CABIN_HZ)
        alarm.hang_up()
        call.expect_hangup(within=3)
    assert operator.expect_call(within=4).caller == patient.account.user
    stranger.hangup()
    oldest.finished()
    later.finished()


def _waiting(world: World) -> int:
    """Calls that wait in the centre's queue."""
    shown = world.instance.asterisk("queue show centre")
    return sum("(wait:" in line for line in shown.splitlines())


def log_in_again_at_the_end(world: World) -> None:
    """A phone that died stays registered for a while: the tests that follow must not ring it."""
    world.at_end(lambda: world.given_operator("no-answer").close())


@pytest.mark.timeout(180)
def test_an_operator_whose_phone_died_is_not_waited_for(world: World) -> None:
    operator = world.given_operator("answer")
    lift = world.given_lift(guards=["busy;answer"], maintainers=["busy"])
    operator.kill()
    log_in_again_at_the_end(world)
    alarm = lift.press()
    lift.guard.expect_call(within=2)
    again = lift.guard.expect_call(within=6)
    again.expect_answered(within=2)
    assert longest_gap(alarm.call.recording) < 2.0
    alarm.hang_up()
    alarm.finished()


@pytest.mark.timeout(180)
def test_an_operator_whose_line_dies_while_talking_gives_the_passenger_back(world: World) -> None:
    operator, other = world.given_operator("answer"), world.given_operator("no-answer", name="op-2")
    lift = a_lift_without_others(world)
    with silence_is_noticed_after(world, "op-1", seconds=2):
        alarm = lift.press()
        talk = operator.expect_call(within=3)
        talk.expect_answered(within=3)
        other.expect_call(within=3)
        hears(alarm.call, OPERATOR_HZ)
        operator.kill()
        log_in_again_at_the_end(world)
        call = other.expect_call(within=8)
        assert call.caller == lift.rescue_no
        call.answer()
        hears(alarm.call, OPERATOR_HZ)
        hears(call, CABIN_HZ)
    alarm.hang_up()
    kinds = [node.kind for node in alarm.finished()]
    assert kinds.index("person_lost") < kinds.index("call_ended")
    assert "hold_started" not in kinds, "the passenger was never let go"


@contextmanager
def silence_is_noticed_after(world: World, account: str, seconds: int) -> Iterator[None]:
    """Let a line that sends nothing be given up sooner, so that a test need not wait as long as people would."""
    instance = world.instance
    shown = instance.asterisk(f"database get {Family.ENDPOINT} {account}").strip()
    before = json.loads(shown.partition("Value: ")[2])
    assert before["rtp_timeout"] == json.loads(operator_endpoint(account, "")[Family.ENDPOINT][account])["rtp_timeout"]

    instance.put(Family.ENDPOINT, account, json.dumps(before | {"rtp_timeout": str(seconds)}))
    try:
        yield
    finally:
        instance.put(Family.ENDPOINT, account, json.dumps(before))


@pytest.mark.timeout(180)
def test_the_queue_says_when_an_operator_declines(world: World) -> None:
    operator = world.given_operator("decline;answer:1s")
    lift = a_lift_without_others(world)
    alarm = lift.press()
    operator.expect_call(within=3).expect(Name.HANGUP, 3)
    operator.expect_call(within=5).expect_answered(within=4)
    failed = alarm.expect_node("leg_failed", role="centre")
    assert (failed.target, failed.status) == ("PJSIP/op-1", "DECLINED")
    alarm.hang_up()
    alarm.finished()
