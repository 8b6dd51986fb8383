"""Calling in: to a cabin whose alarm is running, and from outside through the service number's menu."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from dialplan.names import CALLBACK_PREFIX
from tests.kit.hearing import hears, never_heard
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ, MAINTAINER_HZ, OPERATOR_HZ, SERVICE_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phones.call import Call
    from tests.kit.world import World


def test_a_guard_who_calls_in_while_others_are_called_gets_the_passenger(world: World) -> None:
    lift = world.given_lift(guards=["busy"], maintainers=["no-answer"])
    alarm = lift.press()
    ringing = lift.maintainer.expect_call(within=3)
    ringing.expect_ringing(within=5)
    call = lift.guard.call(f"{CALLBACK_PREFIX}{lift.rescue_no}", tone=GUARD_HZ)
    call.expect_answered(within=3)
    ringing.expect_hangup(within=3)
    hears(call, CABIN_HZ)
    hears(alarm.call, GUARD_HZ)
    call.hangup()
    alarm.expect_node("hold_started", within=30)
    alarm.hang_up()
    alarm.finished()
    assert alarm.expect_node("callback_joined").role == "property"
    assert alarm.incident()["acknowledged_at"] is not None
    assert "abandoned" not in [node.kind for node in alarm.nodes()]


@pytest.mark.timeout(180)
def test_a_maintainer_calls_the_menu_twice_wrong_then_right_and_joins_the_talk(world: World) -> None:
    lift = world.given_lift(guards=["answer"])
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    call = lift.maintainer.call(SERVICE_NUMBER, tone=MAINTAINER_HZ)
    call.expect_answered(within=5)
    for number in ("999999", "888888", lift.rescue_no):
        asked = len(_refusals(world, call))
        call.press(number)
        if number != lift.rescue_no:
            until(lambda asked=asked: len(_refusals(world, call)) > asked, 15, "the wrong number is refused")
    hears(alarm.call, MAINTAINER_HZ, within=20)
    hears(call, CABIN_HZ)
    hears(call, GUARD_HZ)
    hears(talk, MAINTAINER_HZ)
    call.hangup()
    hears(talk, CABIN_HZ)
    alarm.hang_up()
    alarm.finished()
    assert alarm.expect_node("callback_joined").role == "maintainer"


def _refusals(world: World, call: Call) -> list[str]:
    """What the switch wrote about refused calls of this phone."""
    number = call.phone.account.user
    journal = world.instance.settings.asterisk_log / "cel-custom" / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "callback_refused" in line and number in line]


@pytest.mark.timeout(180)
def test_a_maintainer_reaches_a_quiet_cabin_through_the_menu(world: World) -> None:
    lift = world.given_lift()
    call = lift.maintainer.call(SERVICE_NUMBER, tone=MAINTAINER_HZ)
    call.expect_answered(within=5)
    call.press(lift.rescue_no)
    cabin = lift.cabin.expect_call(within=12)
    cabin.expect_answered(within=3)
    hears(call, CABIN_HZ, within=15)
    hears(cabin, MAINTAINER_HZ)
    call.hangup()
    cabin.expect_hangup(within=5)


@pytest.mark.timeout(180)
def test_a_mobile_that_does_not_belong_hears_a_refusal_and_it_is_on_record(world: World) -> None:
    lift = world.given_lift()
    stranger = world.mobile(world.spare_mobile(), "no-answer").ready()
    call = stranger.call(SERVICE_NUMBER)
    call.expect_answered(within=5)
    call.press(lift.rescue_no)
    call.expect_hangup(within=30)
    lift.cabin.expect_no_call(during=0.5)
    assert any("not-a-member" in line for line in _refusals(world, call))
    number = stranger.account.user
    seen = world.instance.log_in("supervisor")

    def listed() -> list[dict[str, Any]]:
        items = seen.get("/security/refused-calls").json()["items"]
        return [item for item in items if item["caller"] == number]

    row = until(listed, 10, "the supervisor sees it")[0]
    assert (row["reason"], row["device_code"], row["incident"]) == ("not-a-member", lift.device_code, None)


@pytest.mark.timeout(180)
def test_three_wrong_numbers_and_the_centre_answers(world: World) -> None:
    operator = world.given_operator("answer")
    stranger = world.mobile(world.spare_mobile(), f"no-answer,tone:{MAINTAINER_HZ}").ready()
    call = stranger.call(SERVICE_NUMBER, tone=MAINTAINER_HZ)
    call.expect_answered(within=5)
    for number in ("999999", "888888", "777777"):
        asked = len(_refusals(world, call))
        call.press(number)
        until(lambda asked=asked: len(_refusals(world, call)) > asked, 15, "the wrong number is refused")
    talk = operator.expect_call(within=15)
    hears(call, OPERATOR_HZ, within=15)
    hears(talk, MAINTAINER_HZ)
    call.hangup()
    talk.expect_hangup(within=5)


@pytest.mark.timeout(180)
def test_the_centre_is_a_number_outside_and_its_mailbox_takes_no_alarm(world: World) -> None:
    number = world.spare_mobile()
    centre = world.mobile(number, f"voicemail:500ms;answer:1s,key:1@4s,tone:{OPERATOR_HZ};no-answer").ready()
    globals_ = {"LL_OUTSIDE": f"key:10:PJSIP/{number}@trunk", "LL_KEY_SECONDS": "3"}
    with given_globals(world, **globals_):
        lift = world.given_lift(guards=["busy"], maintainers=["busy"])
        alarm = lift.press()
        mailbox = centre.expect_call(within=5)
        mailbox.expect_answered(within=3)
        talk = centre.expect_call(within=20)
        hears(alarm.call, OPERATOR_HZ, within=20)
        hears(talk, CABIN_HZ)
        never_heard(mailbox, CABIN_HZ)
        alarm.hang_up()
        alarm.finished()
        accepted = alarm.expect_node("leg_accepted")
        assert (accepted.role, accepted.target) == ("centre", f"PJSIP/{number}@trunk")
        assert alarm.expect_node("leg_failed", status="NOACCEPT").target == accepted.target
        # An operator is there as well: both are rung, the first has it.
        operator = world.given_operator("no-answer")
        again = lift.press()
        outside = centre.expect_call(within=5)
        call = operator.expect_call(within=3)
        outside.expect_ringing(within=5)
        call.answer()
        outside.expect_hangup(within=3)
        hears(again.call, OPERATOR_HZ)
        again.hang_up()
        call.expect_hangup(within=3)


@contextmanager
def given_globals(world: World, **values: str) -> Iterator[None]:
    """Give dialplan globals other values, as settings would."""
    before = {name: world.instance.asterisk("dialplan show globals").partition(f"{name}=")[2] for name in values}
    for name, value in values.items():
        world.instance.asterisk(f"dialplan set global {name} {value}")
    try:
        yield
    finally:
        for name, text in before.items():
            world.instance.asterisk(f"dialplan set global {name} {text.splitlines()[0] if text else ''}")
