"""On a real Asterisk with real phones: legs ring their time, and an interrupted alarm goes on exactly once."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from asterisk_world import Asterisk, eventually, ha1, running
from record_world import STARTED, with_lift
from sqlalchemy import Engine, select

from dialplan.names import Accept, Context, Event, Role
from escalation.nodes import NodeKind
from escalation.plan import CENTRE_TIER, Plan, Target, TargetKind, Tier
from phones.events import Name
from phones.process import Phone
from store.models import Call, Node
from store.session import read_scope
from switch.ami.channels import Channel
from switch.journal.collector import Collector
from switch.provision.changes import additions
from switch.provision.desired import Account, Estate, LiftEntry, desired
from switch.reconcile import Reconciler, gone, resume_channel_id, resuming
from switch.registrations import Registrations
from switch.trim import Trimmer, ring_seconds
from switch.unfinished import Unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from switch.ami import AmiLink

RING_S = 5


def channel(name: str, **variables: str) -> Channel:
    return Channel(name, "node1-2.2", "node1-1.1", "Ringing", variables)


def test_only_legs_with_a_ring_time_are_timed() -> None:
    assert ring_seconds(channel("PJSIP/guard-1-00000001", LL_RING="15", LL_ROLE="property")) == 15
    assert ring_seconds(channel("Local/1@ll-leg-00000001;1", LL_RING="15", LL_ROLE="property")) is None
    assert ring_seconds(channel("PJSIP/op-1-00000001", LL_RING="15", LL_ROLE="centre")) is None
    assert ring_seconds(channel("PJSIP/guard-1-00000001")) is None
    assert ring_seconds(channel("PJSIP/guard-1-00000001", LL_RING="soon")) is None


def test_a_call_is_gone_when_nothing_of_it_lives() -> None:
    calls = [
        Unfinished(number, f"node1-1.{number}", True, STARTED, "", "", "sip", "", False, False, True)
        for number in (1, 2, 3)
    ]
    live = [channel("PJSIP/cabin-1-00000001"), channel("PJSIP/cabin-2-00000001", LL_CALL="node1-1.2")]
    assert [call.row_id for call in gone(calls, live)] == [3]
    ringing = [channel(f"Local/node1-1.3@{Context.RESUME}-00000001;1")]
    assert resuming(calls, ringing) == {"node1-1.3"}


def test_the_resuming_call_has_always_the_same_id_and_names_its_node() -> None:
    assert resume_channel_id("node1-1795344185.12") == "node1-1795344185.900000012"
    assert resume_channel_id("node1-1795344185.900000012") == "node1-1795344185.9900000012"


async def give(link: AmiLink, *, ring_s: int, allowance_s: int) -> None:
    """Give the switch one lift whose property is guard-1."""
    target = Target(TargetKind.PHONE, "PJSIP/guard-1", Accept.ANSWER, allowance_s)
    plan = Plan("test", (Tier(Role.PROPERTY, (target,), ring_s=ring_s), CENTRE_TIER))
    entry = LiftEntry(
        "31130100000000000001",
        "示范小区 1 号楼",
        "100001",
        "PJSIP/cabin-1",
        "cabin-1",
        None,
        None,
        plan,
        {"guard-1": Role.PROPERTY},
    )
    accounts = (Account("cabin-1", ha1("cabin-1"), "cabin"), Account("guard-1", ha1("guard-1"), "phone"))
    table = desired(Estate(1, accounts, (entry,), (), {}, {}), STARTED)
    for stage in additions({}, table):
        for change in stage:
            await link.action("DBPut", Family=change.key[0], Key=change.key[1], Val=change.value)


@pytest.mark.asterisk
def test_a_phone_that_rings_late_still_rings_its_full_time_and_no_longer(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        link = asterisk.ami()
        trimmer = Trimmer(link)
        registrations = Registrations(link)
        async with running(link, registrations):
            await give(link, ring_s=RING_S, allowance_s=20)
            with (
                Phone(asterisk.account("guard-1"), "ring-delay:2s") as guard,
                Phone(asterisk.account("cabin-1")) as cabin,
            ):
                await asyncio.to_thread(guard.expect_registered)
                await asyncio.to_thread(cabin.expect_registered)
                cabin.call("s")
                leg = await asyncio.to_thread(guard.expect_call, 5)
                ringing = await asyncio.to_thread(leg.expect, Name.RINGING, 5)
                over = await asyncio.to_thread(leg.expect_hangup, 10)
                assert over.at - ringing.at == pytest.approx(RING_S, abs=0.25)
                assert trimmer.trimmed == 1
                await eventually(lambda: registrations.online == 2, 12, "both registrations are known")

    asyncio.run(scenario())


@pytest.mark.asterisk
def test_a_leg_that_was_answered_is_not_hung_up(asterisk: Asterisk) -> None:
    async def scenario() -> None:
        link = asterisk.ami()
        trimmer = Trimmer(link)
        async with running(link):
            await give(link, ring_s=RING_S, allowance_s=20)
            with (
                Phone(asterisk.account("guard-1"), "answer:2s") as guard,
                Phone(asterisk.account("cabin-1")) as cabin,
            ):
                await asyncio.to_thread(guard.expect_registered)
                await asyncio.to_thread(cabin.expect_registered)
                cabin.call("s")
                leg = await asyncio.to_thread(guard.expect_call, 5)
                await asyncio.to_thread(leg.expect_answered, 5)
                await eventually(lambda: trimmer.ringing == 0, 2, "the timer is stopped")
                await asyncio.sleep(RING_S)
                assert not leg.is_over

    asyncio.run(scenario())


@contextmanager
def collecting(engine: Engine, asterisk: Asterisk) -> Iterator[Collector]:
    stop = threading.Event()
    collector = Collector(engine, asterisk.settings.journal_file.parent, asterisk.settings.node)
    thread = threading.Thread(target=collector.run, args=(stop,))
    thread.start()
    try:
        yield collector
    finally:
        stop.set()
        thread.join(20)


def raised(engine: Engine) -> list[dict[str, object]]:
    with read_scope(engine) as session:
        query = select(Node.detail).where(Node.kind == NodeKind(Event.ALARM_RAISED)).order_by(Node.id)
        return list(session.scalars(query))


@pytest.mark.asterisk
@pytest.mark.parametrize("remembered", [True, False], ids=["in AstDB", "pressed in the last second"])
def test_an_alarm_cut_off_by_a_crash_goes_on_exactly_once(
    asterisk: Asterisk, sqlite_url: str, remembered: bool
) -> None:
    engine = with_lift(sqlite_url)

    async def scenario() -> None:
        link = asterisk.ami()
        with collecting(engine, asterisk) as collector:
            reconciler = Reconciler(
                engine,
                link,
                asterisk.settings.node,
                lambda: collector.state.database_up and not collector.state.lag_bytes,
            )
            async with running(link, reconciler):
                await give(link, ring_s=30, allowance_s=0)
                with (
                    Phone(asterisk.account("guard-1")) as guard,
                    Phone(asterisk.account("cabin-1"), "answer") as cabin,
                ):
                    await asyncio.to_thread(guard.expect_registered)
                    await asyncio.to_thread(cabin.expect_registered)
                    cabin.call("s")
                    await asyncio.to_thread(guard.expect_call, 5)
                    await eventually(lambda: len(raised(engine)) == 1, what="the press is stored")
                    await asyncio.sleep(1.5)  # Asterisk writes its database to disk once a second
                    await asyncio.to_thread(asterisk.kill)
                    if not remembered:
                        with sqlite3.connect(asterisk.settings.astdb_file) as database:
                            database.execute("delete from astdb where key like '/liftline/active/%'")
                    await asyncio.to_thread(asterisk.start)
                    # The cabin either swaps its dead call for the new one (Replaces) or is called anew.
                    await eventually(lambda: len(raised(engine)) == 2, 25, "the alarm is raised again")
                    await asyncio.to_thread(guard.expect_call, 10)
                    await eventually(lambda: reconciler.interrupted == 1, 20, "the interruption is noted")
                    assert reconciler.resumed == (0 if remembered else 1)
                    await asyncio.sleep(2)
                    assert len(raised(engine)) == 2
        with read_scope(engine) as session:
            calls = session.scalars(select(Call).order_by(Call.id)).all()
            assert len(calls) == 2
            assert calls[1].resumes_id == calls[0].id
            assert calls[1].incident_id == calls[0].incident_id
            assert calls[0].end_cause == "interrupted"
            kinds = session.scalars(select(Node.kind).where(Node.call_id == calls[0].id)).all()
            assert kinds.count(NodeKind.CALL_INTERRUPTED) == 1

    asyncio.run(scenario())
