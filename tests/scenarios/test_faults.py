"""SIGKILL at each step of the escalation: the passenger notices nothing, and the record is whole afterwards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from phones.measure import longest_gap, presence, total
from tests.kit.until import until
from tests.kit.world import CABIN_HZ, MAINTAINER_HZ, RING_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.alarm import Alarm
    from tests.kit.world import World

PYTHON = ("record", "api")
EVERYTHING_BUT_ASTERISK = ("record", "api", "redis")
ONCE_A_CALL = ("alarm_raised", "recording_started", "leg_accepted", "call_ended", "recording_finished")


def _complete(alarm: Alarm) -> None:
    """Every node of the call is on record once, in the order of the journal."""
    alarm.expect_node("call_ended", within=40)
    nodes = alarm.nodes()
    counted = Counter(node.kind for node in nodes)
    assert all(counted[kind] == 1 for kind in ONCE_A_CALL), counted
    from_journal = [node for node in nodes if node.source == "journal"]
    assert [node.raw["seq"] for node in from_journal] == sorted({node.raw["seq"] for node in from_journal})
    assert [node.at for node in from_journal] == sorted(node.at for node in from_journal)
    assert from_journal[0].kind == "alarm_raised"


@pytest.mark.timeout(180)
def test_everything_but_asterisk_is_dead_from_press_to_release(world: World) -> None:
    lift = world.given_lift(maintainers=["answer:1s,key:1@2s"])
    with world.instance.dead(*EVERYTHING_BUT_ASTERISK):
        alarm = lift.press()
        guard = lift.guard.expect_call(within=1)
        rang = guard.expect_hangup(within=7).at - guard.expect_ringing().at
        assert abs(rang - RING_S) < 0.25, "the ring time is Asterisk's own"
        maintainer = lift.maintainer.expect_call(within=1)
        maintainer.expect_answered(within=3)
        lift.maintainer.expect_no_call(during=5)
        gap = longest_gap(alarm.call.recording)
        alarm.hang_up()
    assert gap < 2.0
    assert total(presence(alarm.call.received_wav, MAINTAINER_HZ)) > 1
    assert total(presence(maintainer.received_wav, CABIN_HZ)) > 1
    _complete(alarm)
    row, audio = alarm.recording()
    assert row["state"] == "ok"
    assert total(presence(audio.channel(1), MAINTAINER_HZ)) > 1


STEPS = ("guard rings", "maintainer rings", "maintainer is asked", "they talk")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("step", STEPS)
def test_python_and_redis_are_killed_at_each_step(world: World, step: str) -> None:
    def kill() -> None:
        for process in EVERYTHING_BUT_ASTERISK:
            world.instance.kill(process)

    alarm = _alarm_struck_at(world, step, kill)
    _complete(alarm)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("step", STEPS)
def test_the_sql_database_is_lost_at_each_step(world: World, step: str) -> None:
    database = world.instance.settings.home / "liftline.db"
    aside = database.with_name("gone.db")

    def lose() -> None:
        with world.instance.dead(*PYTHON):  # so that nobody holds the file open
            database.rename(aside)
            database.mkdir()  # nobody can open this as a database

    try:
        alarm = _alarm_struck_at(world, step, lose)
    finally:
        with world.instance.dead(*PYTHON):
            if aside.exists():
                database.rmdir()
                aside.rename(database)
    _complete(alarm)


def _alarm_struck_at(world: World, step: str, strike: Callable[[], None]) -> Alarm:
    """An alarm that goes to the maintainer, with a stroke of fate at one step; the people notice nothing of it."""
    lift = world.given_lift(maintainers=["answer:2s,key:1@3s"])
    alarm = lift.press()
    reach: dict[str, Callable[[], object]] = {
        "guard rings": lambda: lift.guard.expect_call(within=1),
        "maintainer rings": lambda: lift.maintainer.expect_call(within=7),
        "maintainer is asked": lambda: lift.maintainer.calls[0].expect_media(within=5),
        "they talk": lambda: until(lambda: _talking(alarm), 10, "they talk"),
    }
    for name in STEPS:
        reach[name]()
        if name == step:
            strike()
    lift.maintainer.expect_no_call(during=2)
    assert not alarm.call.is_over
    alarm.hang_up()
    assert longest_gap(alarm.call.received_wav) < 2.0
    assert total(presence(alarm.call.received_wav, MAINTAINER_HZ)) > 0.8
    return alarm


def _talking(alarm: Alarm) -> bool:
    return total(presence(alarm.call.recording, MAINTAINER_HZ)) > 0.3


@pytest.mark.timeout(120)
def test_asterisk_is_killed_and_the_cabin_is_called_back_and_goes_on(world: World) -> None:
    lift = world.given_lift(guards=["no-answer"], maintainers=["no-answer;answer,key:1@2s"], ring_s=10)
    alarm = lift.press()
    lift.guard.expect_call(within=1).expect_hangup(within=12)
    lift.maintainer.expect_call(within=2)
    lift.maintainer.expect_no_call(during=1.5)
    old = world.instance.kill("asterisk")
    world.instance.wait_restarted("asterisk", old)
    again = lift.cabin.expect_call(within=15)
    again.expect_answered()
    second = lift.maintainer.expect_call(within=10)
    second.expect_answered(within=3)
    alarm.expect_node("leg_accepted", within=20)
    lift.cabin.expect_no_call(during=2)
    again.hangup()
    assert total(presence(again.received_wav, MAINTAINER_HZ)) > 1
    until(lambda: "call_ended" in alarm.kinds(), 20, "the resumed call has ended on record")
    kinds = alarm.kinds()
    assert kinds.count("alarm_raised") == 2
    assert "call_interrupted" in kinds
    tiers = [node for node in alarm.nodes("tier_started") if node.role == "property"]
    assert len(tiers) == 1, "it goes on with the tier it was in, not from the start"
    assert len(world.instance.get("/incidents", lift=lift.device_code)["items"]) == 1
