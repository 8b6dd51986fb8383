from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from store.models import Lift
from store.repositories import live
from store.services import About, append_live_event, tidy
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WRITERS = 8
EACH = 12


def test_a_follower_never_misses_an_event_however_transactions_overlap(engine: Engine) -> None:
    done = Event()

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(EACH):
            with session_scope(engine) as session:
                append_live_event(session, "test", NOW, About(payload={"of": [writer, number]}))
                if engine.dialect.name == "postgresql":
                    session.execute(text("select pg_sleep(:s)"), {"s": chance.random() * 0.02})
                append_live_event(session, "test", NOW, About(payload={"of": [writer, number]}))

    def follow() -> list[int]:
        seen: list[int] = []
        while True:
            finished = done.is_set()
            with read_scope(engine) as session:
                found = [event.id for event in live.after(session, seen[-1] if seen else 0, 5)]
            seen += found
            if finished and not found:
                return seen

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        follower = pool.submit(follow)
        try:
            list(pool.map(write, range(WRITERS)))
        finally:
            done.set()
    with read_scope(engine) as session:
        everything = [event.id for event in live.after(session, 0, 10_000)]
    assert follower.result() == everything
    assert len(everything) == WRITERS * EACH * 2


def test_events_of_a_transaction_keep_their_order_and_a_rolled_back_one_leaves_none(engine: Engine) -> None:
    with session_scope(engine) as session:
        for number in range(20):
            append_live_event(session, f"n{number}", NOW, About())

    def fail() -> None:
        with session_scope(engine) as session:
            append_live_event(session, "lost", NOW, About())
            session.execute(text("select nonsense"))

    with pytest.raises(DBAPIError):
        fail()
    with read_scope(engine) as session:
        assert [event.type for event in live.after(session, 0, 100)] == [f"n{number}" for number in range(20)]


def test_a_rolled_back_savepoint_takes_its_events_with_it(engine: Engine) -> None:
    with session_scope(engine) as session:
        append_live_event(session, "before", NOW, About())
        with session.begin_nested():
            append_live_event(session, "kept", NOW, About())
        nested = session.begin_nested()
        append_live_event(session, "lost", NOW, About())
        nested.rollback()
        append_live_event(session, "after", NOW, About())
    with read_scope(engine) as session:
        assert [event.type for event in live.after(session, 0, 100)] == ["before", "kept", "after"]


def test_an_event_names_the_organizations_that_may_see_it(engine: Engine, given_lift: Callable[[], int]) -> None:
    lift_id = given_lift()
    with session_scope(engine) as session:
        lift = session.get_one(Lift, lift_id)
        append_live_event(session, "x", NOW, About(lift=lift))
    with read_scope(engine) as session:
        (event,) = live.after(session, 0, 10)
        assert (event.lift_id, event.property_id, event.maintainer_id) == (
            lift.id,
            lift.property_id,
            lift.maintainer_id,
        )
        assert live.newest_id(session) == event.id


def test_tidying_leaves_a_week_of_events_and_never_gives_an_id_out_twice(engine: Engine) -> None:
    for age in (30, 8, 6):
        with session_scope(engine) as session:
            append_live_event(session, f"{age} days", NOW - timedelta(days=age), About())
    with session_scope(engine) as session:
        tidy(session, NOW)
    with read_scope(engine) as session:
        assert [event.type for event in live.after(session, 0, 10)] == ["6 days"]
        newest = live.newest_id(session)
    with session_scope(engine) as session:
        tidy(session, NOW + timedelta(days=100))
        append_live_event(session, "next", NOW + timedelta(days=100), About())
    with read_scope(engine) as session:
        assert [event.type for event in live.after(session, newest, 10)] == ["next"]
