"""Facts arrive at the platform: in order for each lift, once by their key, whatever fails on the way."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forwarding_world import NOW, City, Clock, Office
from sqlalchemy import select

from escalation.events import Acknowledge, Arrive, Close, Closing, Release
from escalation.states import Classification
from forwarding import queue
from store.models import Incident, LiveEvent, OutboxMessage, OutboxState
from store.services import apply_incident_event
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from sqlalchemy import Engine


def close(office: Office, number: str) -> None:
    with session_scope(office.engine) as session:
        row = session.scalars(select(Incident).where(Incident.number == number)).one()
        for event in (Acknowledge(), Arrive(), Release(people=1), Close(Closing(Classification.ENTRAPMENT, "0303"))):
            office.clock.now += timedelta(seconds=61)
            apply_incident_event(session, row, event, office.clock())


def states(office: Office) -> list[OutboxState]:
    with read_scope(office.engine) as session:
        return list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


def test_nothing_is_queued_while_no_platform_is_configured_and_all_that_is_needed_when_it_is(
    engine: Engine, city: City, clock: Clock
) -> None:
    office = Office(engine, city, clock)
    office.press(office.given_lift())
    assert states(office) == []

    office.switch_on()
    office.drain()

    kinds = [message["kind"] for message in city.messages()]
    assert kinds == ["lift.base_data", "incident.state"]


def test_failures_of_every_kind_change_neither_order_nor_number(office: Office, city: City) -> None:
    lifts = [office.given_lift() for _ in range(3)]
    numbers = [office.press(lift) for lift in lifts]
    for number, (kind, how) in zip(
        numbers, [("status", {"status": 503}), ("reset", {}), ("timeout", {"seconds": 2})], strict=True
    ):
        close(office, number)
        city.fail(kind, count=2, **how)
        office.rounds(3, seconds=2)
    city.fail("slow", seconds=0.2, count=3)

    office.drain()

    assert city.in_order()
    assert len(city.messages()) == len(states(office)) == 3 * 10  # base data, raised, and a node and a state for each
    assert not city.events("gap")


def test_a_platform_that_is_down_for_a_week_gets_everything_in_order_and_once(office: Office, city: City) -> None:
    lift = office.given_lift()
    city.stop()
    for day in range(7):
        close(office, office.press(lift))
        tried = office.rounds(24, hours=1)
        assert tried <= 24, "one attempt an hour is all that is made when the clock is looked at hourly"
        assert office.sender.line.until is not None
        assert office.sender.line.until - office.clock.now <= timedelta(seconds=400), day
    with read_scope(office.engine) as session:
        told = [event.type for event in session.scalars(select(LiveEvent)) if event.type.startswith("platform.")]
    assert told == ["platform.unreachable"]
    restarted = Office(office.engine, city, office.clock)
    city.start()

    restarted.drain()

    assert city.in_order()
    assert len({message["message_id"] for message in city.messages()}) == len(states(office)) == 1 + 7 * 9
    assert not city.events("duplicate")
    assert states(office) == [OutboxState.SENT] * 64


def test_an_answer_that_gets_lost_makes_a_duplicate_that_the_platform_knows(office: Office, city: City) -> None:
    office.press(office.given_lift())
    city.fail("lost", count=1)

    office.drain()

    assert city.events("duplicate") == ["1"]
    assert city.in_order()


def test_a_sender_killed_between_sending_and_storing_sends_again_and_leaves_no_gap(
    office: Office, city: City, url: str
) -> None:
    close(office, office.press(office.given_lift()))
    script = Path(__file__).with_name("killed_sender.py")
    command = [sys.executable, str(script), url, office.platform.url]
    killed = subprocess.run(command, timeout=60, check=False, cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL
    assert city.messages()

    asyncio.run(asyncio.to_thread(queue.release, office.engine, "node1"))
    office.drain()

    assert len(city.events("duplicate")) == 10
    assert city.in_order()


def test_a_message_that_the_platform_refuses_is_put_aside_and_stops_nobody(office: Office, city: City) -> None:
    bad, good = office.given_lift(), office.given_lift()
    office.drain()
    city.fail("status", status=422, containing="31101301022019000001")
    office.press(bad)
    later = office.press(good)
    office.rounds(1, minutes=3)
    assert later in {message["incident_number"] for message in city.messages()}

    office.rounds(10, seconds=5)
    assert states(office).count(OutboxState.DEAD) == 1
    with read_scope(office.engine) as session:
        aside = session.scalars(select(OutboxMessage).where(OutboxMessage.state == OutboxState.DEAD)).one()
        told = session.scalars(select(LiveEvent).where(LiveEvent.type == "platform.message_put_aside")).one()
    assert told.payload["message"] == aside.id
    assert "422" in (aside.last_error or "")

    city.fail(None)
    close_after = office.press(bad)
    assert close_after
    office.drain()
    assert city.events("gap") == ["2-2"]
    with session_scope(office.engine) as session:
        assert queue.resend(session, office.clock(), aside.id) == 1
    office.drain()
    assert city.report()["streams"][f"lift:{bad}"]["missing"] == []
    assert city.events("late") == ["2"]


def test_a_message_that_breaks_the_platform_is_put_aside_once_others_go_through(office: Office, city: City) -> None:
    bad, good = office.given_lift(), office.given_lift()
    office.drain()
    city.fail("status", status=500, containing="31101301022019000001")
    office.press(bad)
    for _ in range(12):
        close(office, office.press(good))
        office.rounds(1, minutes=7)

    assert OutboxState.DEAD in states(office)
    assert len(city.messages(f"lift:{good}")) == 1 + 12 * 9


def test_two_senders_never_send_the_same_at_once(office: Office, city: City) -> None:
    for _ in range(6):
        close(office, office.press(office.given_lift()))
    city.fail("slow", seconds=0.05)
    other = Office(office.engine, city, office.clock, worker="node2")

    async def both() -> None:
        async with office.sender.client() as one, other.sender.client() as two:
            for _ in range(6):
                await asyncio.gather(
                    office.sender.step(one, NOW + timedelta(hours=1)), other.sender.step(two, NOW + timedelta(hours=1))
                )

    office.clock.now = NOW
    asyncio.run(both())

    assert not city.events("duplicate")
    assert city.in_order()
    assert len(city.messages()) == 60


def test_sent_messages_are_deleted_after_their_time_and_unsent_ones_never(office: Office, city: City) -> None:
    office.press(office.given_lift())
    office.drain()
    city.stop()
    office.press(office.given_lift())
    office.rounds(1, minutes=3)

    queue.tidy(office.engine, office.clock() + timedelta(days=31), 30)

    assert states(office) == [OutboxState.PENDING] * 2
    city.start()
