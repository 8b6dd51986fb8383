"""What the console's buttons do: interventions, calls, pauses, over REST with real phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.hearing import hears, never_heard
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, GUARD_HZ, MAINTAINER_HZ, OPERATOR_HZ

if TYPE_CHECKING:
    import httpx

    from tests.kit.alarm import Alarm
    from tests.kit.world import World


@pytest.fixture
def console(world: World) -> httpx.Client:
    """The first operator's log-in; the telephone op-1 is theirs."""
    return world.instance.log_in("centre")


def on(alarm: Alarm) -> str:
    """Path of the alarm's incident."""
    return f"/incidents/{alarm.incident()['number']}"


def click(console: httpx.Client, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    """POST and expect that status."""
    answer = console.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.timeout(180)
def test_a_click_listens_another_joins_a_third_leaves(world: World, console: httpx.Client) -> None:
    operator = world.given_operator("answer:1s")
    lift = world.given_lift(guards=["answer"])
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    alarm.expect_node("leg_accepted")
    path = on(alarm) + "/interventions"
    asked = click(console, path, mode="listen")
    assert asked["connected"] is False
    twice = click(console, path, mode="listen")
    assert twice["id"] == asked["id"], "a double click makes no second call"
    line = operator.expect_call(within=3)
    hears(line, GUARD_HZ)
    found = until(lambda: [one for one in console.get(path).json() if one["connected"]], 5, "the operator is on it")
    assert [(one["mode"], one["target"], one["own"]) for one in found] == [("listen", "PJSIP/op-1", True)]
    again = click(console, path, mode="listen")
    assert again["id"] == found[0]["id"], "a second click makes no second call"
    operator.expect_no_call(during=1)
    changed = console.patch(f"{path}/{found[0]['id']}", json={"mode": "join"})
    assert changed.status_code == 200, changed.text
    hears(alarm.call, OPERATOR_HZ)
    hears(talk, OPERATOR_HZ)
    assert console.delete(f"{path}/{found[0]['id']}").status_code == 204
    line.expect_hangup(within=3)
    hears(talk, CABIN_HZ)
    hears(alarm.call, GUARD_HZ)
    alarm.hang_up()
    alarm.finished()
    started = alarm.expect_node("intervention_started")
    assert started.phone_id is not None, "who it was is on record"
    assert click(console, path, status=409, mode="listen")["type"].endswith("call-over")


@pytest.mark.timeout(180)
def test_take_over_by_a_click_while_it_rings_and_no_whisper_to_nobody(world: World, console: httpx.Client) -> None:
    operator = world.given_operator("answer")
    lift = world.given_lift(guards=["no-answer"], ring_s=15)
    alarm = lift.press()
    ringing = lift.guard.expect_call(within=1)
    path = on(alarm) + "/interventions"
    assert click(console, path, status=409, mode="whisper")["type"].endswith("conflict")
    click(console, path, mode="take_over")
    line = operator.expect_call(within=3)
    ringing.expect_hangup(within=5)
    hears(alarm.call, OPERATOR_HZ)
    hears(line, CABIN_HZ)
    alarm.hang_up()
    alarm.finished()


def test_without_a_telephone_the_click_says_what_to_do(world: World, console: httpx.Client) -> None:
    lift = world.given_lift(guards=["no-answer"])
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    problem = click(console, on(alarm) + "/interventions", status=409, mode="listen")
    assert problem["type"].endswith("no-phone")
    alarm.hang_up()
    alarm.finished()


@pytest.mark.timeout(180)
def test_one_click_reaches_the_cabin_the_guard_and_the_maintainer(world: World, console: httpx.Client) -> None:
    operator = world.given_operator("answer")
    lift = world.given_lift(guards=["no-answer;answer"], maintainers=["answer:1s"])
    alarm = lift.press()
    lift.guard.expect_call(within=1)
    path = on(alarm)
    alarm.hang_up()
    alarm.finished()
    phones = {item["address"]: item["id"] for item in world.instance.get("/phones", limit=200)["items"]}
    for party, phone, tone in (
        ({"to": "cabin"}, lift.cabin, CABIN_HZ),
        ({"to": "phone", "phone_id": phones[lift.guard.account.user]}, lift.guard, GUARD_HZ),
        ({"to": "phone", "phone_id": phones[lift.maintainer.account.user]}, lift.maintainer, MAINTAINER_HZ),
    ):
        click(console, f"{path}/calls", status=202, **party)
        line = operator.expect_call(within=3)
        line.expect_answered(within=3)
        called = phone.expect_call(within=8)
        hears(line, tone, within=20)
        hears(called, OPERATOR_HZ)
        line.hangup()
        called.expect_hangup(within=5)
    started = until(lambda: alarm.nodes("callback_started")[2:] and alarm.nodes("callback_started"), 10, "three calls")
    assert [node.raw["detail"]["kind"] for node in started] == ["cabin", "person", "person"]

    def recorded() -> list[str] | None:
        found = [row["state"] for row in alarm.incident()["recordings"]]
        return None if {"recording", "pending"} & set(found) else found

    assert until(recorded, 30, "every call is recorded") == ["ok"] * 4, "the alarm's and three others, on the incident"
    assert [call["kind"] for call in alarm.incident()["calls"]] == ["alarm", "callback", "callback", "callback"]
    rang = {node.target for node in alarm.nodes("leg_ringing")}
    assert f"PJSIP/{lift.maintainer.account.user}@trunk" in rang, "whom a click rings is on record, too"


@pytest.mark.timeout(180)
def test_a_click_on_a_mobile_lets_no_mailbox_come_to_the_passenger(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["voicemail:300ms;answer:300ms,key:1@3s"], ring_s=20)
    mobile = lift.maintainer
    row = next(
        one for one in world.instance.get("/phones", limit=200)["items"] if one["address"] == mobile.account.user
    )
    login = {"login": f"m-{lift.rescue_no}", "password": "four words are long enough"}
    body = {"name": "维保员", "role": "maintainer", "organization_id": row["organization_id"], "phone_id": row["id"]}
    world.instance.post("/users", login | body)
    page = world.instance.sign_in(**login)
    alarm = lift.press()
    ringing = lift.guard.expect_call(within=1)
    alarm.expect_node("tier_started")
    click(page, f"/lifts/{lift.rescue_no}/calls", status=202)
    mailbox = mobile.expect_call(within=5)
    mailbox.expect_answered(within=3)
    click(page, f"/lifts/{lift.rescue_no}/calls", status=202)
    person = mobile.expect_call(within=5)
    ringing.expect_hangup(within=8)
    hears(alarm.call, MAINTAINER_HZ)
    hears(person, CABIN_HZ)
    never_heard(mailbox, CABIN_HZ)
    alarm.hang_up()
    joined = [node for node in alarm.finished() if node.kind == "callback_joined"]
    assert [(node.role, node.target) for node in joined] == [("maintainer", f"PJSIP/{mobile.account.user}@trunk")]


@pytest.mark.timeout(180)
def test_a_third_party_is_brought_into_the_running_alarm(world: World, console: httpx.Client) -> None:
    world.given_operator("answer")
    lift = world.given_lift(guards=["answer"])
    alarm = lift.press()
    talk = lift.guard.expect_call(within=1)
    talk.expect_answered(within=3)
    alarm.expect_node("leg_accepted")
    expert = world.mobile(world.spare_mobile(), f"answer:1s,key:1@3s,tone:{MAINTAINER_HZ}").ready()
    click(console, on(alarm) + "/calls", status=202, to="number", number=expert.account.user, third_party=True)
    line = expert.expect_call(within=10)
    hears(alarm.call, MAINTAINER_HZ, within=20)
    hears(line, CABIN_HZ)
    hears(line, GUARD_HZ)
    hears(talk, MAINTAINER_HZ)
    line.hangup()
    hears(talk, CABIN_HZ)
    alarm.hang_up()
    alarm.finished()
    answered = alarm.expect_node("callback_answered")
    assert answered.raw["detail"]["kind"] == "third"


@pytest.mark.timeout(180)
def test_an_operator_who_pauses_is_not_rung(world: World, console: httpx.Client) -> None:
    paused, other = world.given_operator("answer"), world.given_operator("answer:1s", name="op-2")
    answer = console.post("/operators/pause", json={"reason": "午休"})
    assert answer.status_code == 200, answer.text
    try:
        lift = world.given_lift(guards=["busy"], maintainers=["busy"])
        alarm = lift.press()
        other.expect_call(within=3).expect_answered(within=4)
        paused.expect_no_call(during=0.5)
        listed = {one["address"]: one for one in console.get("/operators").json()}
        assert (listed["PJSIP/op-1"]["paused"], listed["PJSIP/op-1"]["reason"]) == (True, "午休")
        assert listed["PJSIP/op-2"]["state"] == "talking"
        alarm.hang_up()
        alarm.finished()
    finally:
        assert console.post("/operators/resume").status_code == 200
    assert not next(one for one in console.get("/operators").json() if one["own"])["paused"]


def test_a_guard_calls_the_cabin_by_a_click_and_may_not_intervene(world: World) -> None:
    guard = world.sample_phone("guard-1", f"answer,tone:{GUARD_HZ}").ready()
    page = world.instance.log_in("property")
    rescue_no = page.get("/lifts").json()["items"][0]["rescue_no"]
    answer = page.post(f"/lifts/{rescue_no}/calls")
    assert answer.status_code in {202, 409}, answer.text
    if answer.status_code == 202:
        guard.expect_call(within=3).expect_answered(within=3)
    number = next((item["number"] for item in page.get("/incidents").json()["items"]), "20000101-0001")
    refused = page.post(f"/incidents/{number}/interventions", json={"mode": "listen"})
    assert refused.status_code == 403
