"""Sensors saw it before anybody pressed: the cabin is called, the people side by side, one takes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from dialplan.names import Role
from escalation.states import Origin
from phones.measure import presence, total
from store.models import Intent, IntentKind, IntentState, Lift
from store.services import open_incident
from store.session import make_engine, session_scope
from tests.kit.alarm import Alarm
from tests.kit.hearing import heard, hears, never_heard
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ, MAINTAINER_HZ, OPERATOR_HZ, SENSED_CENTRE_S

if TYPE_CHECKING:
    from phones.call import Call
    from phones.process import Phone
    from tests.kit.world import Lift as TestLift
    from tests.kit.world import World


def detect(world: World, lift: TestLift, kind: IntentKind = IntentKind.ENTRAPMENT) -> None:
    """What the sensing process writes down when it is sure."""
    now = datetime.now(UTC)
    with session_scope(make_engine(world.instance.settings.database_url)) as session:
        row = session.scalars(select(Lift).where(Lift.device_code == lift.device_code)).one()
        incident = open_incident(session, Origin.SENSOR, now, lift=row).incident
        session.add(
            Intent(
                key=f"{kind}:{incident.number}",
                kind=kind,
                incident=incident,
                lift_id=row.id,
                state=IntentState.PENDING,
                not_before=now,
                created_at=now,
            )
        )

    world.at_end(lambda: write_off(world, incident.number))


def write_off(world: World, number: str) -> None:
    """Nobody is trapped any more: the switch must not call the centre's operators in the tests that follow."""
    answer = world.instance.api.post(f"/incidents/{number}/close", json={"classification": "test"})
    assert answer.status_code in {200, 409}, answer.text
    path = f"/incidents/{number}"
    until(lambda: all(call["ended_at"] for call in world.instance.get(path)["calls"]), 90, "all its calls have ended")


def sensed(world: World, lift: TestLift, call: Call) -> Alarm:
    """The alarm as it shows afterwards; its call is the one that the cabin got."""
    return Alarm(world.instance, call, lift.device_code)


def test_everybody_is_called_at_once_and_the_first_to_press_one_has_the_passenger(world: World) -> None:
    lift = world.given_lift(guards=["answer:1s"], maintainers=["answer:1s"])
    detect(world, lift)
    cabin = lift.cabin.expect_call(within=3)
    cabin.expect_answered(within=2)
    guard, maintainer = lift.guard.expect_call(within=2), lift.maintainer.expect_call(within=3)
    guard.expect_answered(within=4)
    maintainer.expect_answered(within=6)
    never_heard(guard, CABIN_HZ)
    guard.press("1")
    hears(guard, CABIN_HZ)
    hears(cabin, GUARD_HZ)
    maintainer.expect_hangup(within=20)
    assert heard(maintainer, CABIN_HZ) < 1, "words hit any tone for moments; a passenger would be there for seconds"
    alarm = sensed(world, lift, cabin)
    assert alarm.expect_node("leg_taken").raw["detail"]["by"] == f"PJSIP/{lift.guard.account.user}"
    accepted = alarm.expect_node("leg_accepted")
    assert (accepted.role, accepted.phone_id is not None) == (Role.PROPERTY, True)
    guard.hangup()
    alarm.expect_node("hold_started", within=30)
    cabin.hangup()
    kinds = [node.kind for node in alarm.finished()]
    assert (kinds.count("automatic_call"), kinds.count("alarm_raised"), kinds.count("leg_accepted")) == (1, 0, 1)
    assert alarm.incident()["origin"] == "sensor"
    assert alarm.incident()["acknowledged_at"] is not None
    row, audio = alarm.recording()
    assert row["state"] == "ok"
    assert total(presence(audio.channel(0), CABIN_HZ)) > row["duration_ms"] / 1000 - 6, "from the answer on"
    assert total(presence(audio.channel(1), GUARD_HZ)) > 1


def test_two_press_one_in_the_same_instant_and_one_has_it(world: World) -> None:
    lift = world.given_lift(guards=["answer", "answer"], maintainers=[])
    detect(world, lift)
    calls = [guard.expect_call(within=4) for guard in lift.guards]
    for call in calls:
        call.expect_answered(within=3)
    cabin = lift.cabin.expect_call(within=3)
    for call in calls:
        call.press("1")
    alarm = sensed(world, lift, cabin)
    alarm.expect_node("leg_accepted")
    taken = alarm.expect_node("leg_taken")
    loser = next(
        call for call, guard in zip(calls, lift.guards, strict=True) if taken.target.endswith(guard.account.user)
    )
    winner = next(call for call in calls if call is not loser)
    hears(winner, CABIN_HZ)
    loser.expect_hangup(within=15)
    assert heard(loser, CABIN_HZ) < 0.5
    cabin.hangup()
    assert [node.kind for node in alarm.finished()].count("leg_accepted") == 1


@pytest.mark.timeout(180)
def test_two_speaks_with_the_cabin_without_taking_it_and_another_takes_it(world: World) -> None:
    lift = world.given_lift(guards=["answer"], maintainers=["answer:2s"])
    detect(world, lift)
    guard = lift.guard.expect_call(within=4)
    guard.expect_answered(within=3)
    guard.press("2")
    hears(guard, CABIN_HZ)
    cabin = lift.cabin.expect_call(within=3)
    hears(cabin, GUARD_HZ)
    alarm = sensed(world, lift, cabin)
    assert alarm.incident()["acknowledged_at"] is None
    maintainer = lift.maintainer.expect_call(within=4)
    maintainer.expect_answered(within=6)
    maintainer.press("1")
    hears(maintainer, CABIN_HZ)
    hears(maintainer, GUARD_HZ)
    hears(cabin, MAINTAINER_HZ)
    assert alarm.expect_node("acknowledged").target == f"PJSIP/{lift.maintainer.account.user}@trunk"
    cabin.hangup()
    alarm.finished()


def test_nobody_takes_it_in_time_and_the_centre_is_rung(world: World) -> None:
    operator = world.given_operator("answer:1s")
    lift = world.given_lift(guards=["no-answer"], maintainers=["voicemail:1s"])
    detect(world, lift)
    cabin = lift.cabin.expect_call(within=3)
    operator.expect_no_call(during=SENSED_CENTRE_S - 4)
    line = operator.expect_call(within=8)
    hears(line, CABIN_HZ)
    hears(cabin, OPERATOR_HZ)
    alarm = sensed(world, lift, cabin)
    line.hangup()
    cabin.hangup()
    alarm.finished()
    started = [node for node in alarm.nodes("tier_started") if node.role == Role.CENTRE]
    waited = (started[0].at - alarm.expect_node("automatic_call").at).total_seconds()
    assert abs(waited - SENSED_CENTRE_S) < 1.5


@pytest.mark.timeout(180)
def test_the_cabin_is_off_line_and_who_takes_it_waits_with_the_switch(world: World) -> None:
    lift = world.given_lift(guards=["answer"], maintainers=[])
    lift.cabin.close()
    detect(world, lift)
    guard = lift.guard.expect_call(within=4)
    guard.expect_answered(within=3)
    guard.press("1")
    alarm = sensed(world, lift, guard)
    alarm.expect_node("leg_accepted")
    assert alarm.expect_node("cabin_failed").raw["detail"]["status"] == "CHANUNAVAIL"
    back = _again(world, lift)
    cabin = back.expect_call(within=15)
    hears(guard, CABIN_HZ, within=15)
    hears(cabin, GUARD_HZ)
    cabin.hangup()
    alarm.finished()


def _again(world: World, lift: TestLift) -> Phone:
    """The cabin's device comes back on line."""
    return world.phone(lift.cabin.account, f"auto-answer,tone:{CABIN_HZ}").ready()


@pytest.mark.timeout(180)
def test_killed_while_it_calls_and_nobody_is_called_twice(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["no-answer"])
    instance = world.instance
    detect(world, lift)
    for _ in range(3):
        instance.wait_restarted("record", instance.kill("record"))
    lift.cabin.expect_call(within=30)
    lift.guard.expect_call(within=10)
    lift.maintainer.expect_call(within=10)
    until(lambda: _calls_of(world, lift) == 3, 20, "one call of each is on record")
    lift.guard.expect_no_call(during=2)
    assert _calls_of(world, lift) == 3


def _calls_of(world: World, lift: TestLift) -> int:
    alarm = Alarm(world.instance, None, lift.device_code)  # type: ignore[arg-type]  # nobody talks
    notices = [node for node in alarm.nodes("callback_started") if node.raw["detail"]["kind"] == "notice"]
    return len(notices) + len(alarm.nodes("automatic_call"))


def test_a_lift_has_stopped_and_the_first_to_confirm_has_it(world: World) -> None:
    lift = world.given_lift(guards=["answer"], maintainers=["answer:4s"])
    detect(world, lift, IntentKind.FAULT_STOP)
    guard = lift.guard.expect_call(within=4)
    guard.expect_answered(within=3)
    guard.press("1")
    guard.expect_hangup(within=15)
    maintainer = lift.maintainer.expect_call(within=4)
    maintainer.expect_hangup(within=25)
    lift.cabin.expect_no_call(during=0.5)
    alarm = sensed(world, lift, guard)
    assert alarm.expect_node("acknowledged").raw["detail"]["role"] == Role.PROPERTY
    assert alarm.expect_node("leg_taken").raw["detail"]["by"] == f"PJSIP/{lift.guard.account.user}"


def test_a_press_while_the_sensors_alarm_is_up_is_the_passenger_in_person(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["no-answer"])
    lift.cabin.close()
    detect(world, lift)
    lift.guard.expect_call(within=4)
    back = _again(world, lift)
    alarm = Alarm(world.instance, back.call("alarm", tone=CABIN_HZ), lift.device_code)
    alarm.expect_node("alarm_raised")
    until(lambda: alarm.nodes("call_ended"), 10, "the channel that stood for the passenger is gone")
    again = lift.guard.expect_call(within=5)
    again.answer()
    hears(alarm.call, GUARD_HZ)
    hears(again, CABIN_HZ)
    alarm.hang_up()
    alarm.finished()
