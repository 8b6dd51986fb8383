"""Server-sent events: order, resume, scope, slow clients, with and without Redis."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import redis
from api_world import NOW, OPEN_1, OPEN_2, Api, RedisServer, Serve, build, problem_id, token_of, until
from sqlalchemy import delete, func, select
from sqlalchemy.event import listen

from api.kit.limits import ApiLimits
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.models import Incident, LiveEvent, NodeSource
from store.services import Recorded, append_node
from store.session import make_engine, read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

QUICK = ApiLimits(heartbeat_seconds=0.2)


class Stream:
    """An open event stream, read in a thread."""

    def __init__(self, response: httpx.Response) -> None:
        self.events: list[dict[str, Any]] = []
        self.comments = 0
        self._response = response
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def ids(self) -> list[int]:
        return [event["id"] for event in self.events if "payload" in event]

    @property
    def types(self) -> list[str]:
        return [event["event"] for event in self.events]

    def _read(self) -> None:
        event: dict[str, Any] = {}
        try:
            for line in self._response.iter_lines():
                name, _, value = line.partition(":")
                if line.startswith(":"):
                    self.comments += 1
                elif name == "data":
                    event |= json.loads(value)
                elif name == "event":
                    event["event"] = value.strip()
                elif not line and event:
                    self.events.append(event)
                    event = {}
        except (httpx.HTTPError, httpx.StreamError):
            return


@contextmanager
def listening(api: Api, who: str, after: int | None = None, header: int | None = None) -> Iterator[Stream]:
    headers = {"Authorization": f"Bearer {token_of(who)}"} | ({} if header is None else {"Last-Event-ID": str(header)})
    params = {} if after is None else {"after": after}
    with (
        httpx.Client(base_url=api.url, headers=headers, timeout=20) as client,
        client.stream("GET", "/api/v1/events", params=params) as response,
    ):
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        stream = Stream(response)
        until(lambda: stream.events)
        yield stream


def all_ids(api: Api) -> list[int]:
    engine = make_engine(api.database_url)
    with read_scope(engine) as session:
        found = list(session.scalars(select(LiveEvent.id).order_by(LiveEvent.id)))
    engine.dispose()
    return found


def note(api: Api, number: str = OPEN_1, text: str = "备注") -> None:
    assert api.as_("centre").post(f"/api/v1/incidents/{number}/notes", json={"text": text}).status_code == 201


def test_each_change_of_an_incident_and_each_node_is_an_event(api: Api) -> None:
    with listening(api, "centre") as stream:
        api.as_("maintainer1").post(f"/api/v1/incidents/{OPEN_1}/acknowledge")
        until(lambda: len(stream.events) >= 3)
        assert stream.types == ["hello", "node.appended", "incident.acknowledged"]
        incident = stream.events[2]
        assert incident["payload"]["number"] == OPEN_1
        assert incident["payload"]["state"] == "acknowledged"
        assert incident["at"] == "2026-11-22T02:00:00.000000Z"
        assert stream.events[1]["payload"]["kind"] == "acknowledged"


def test_an_organization_hears_of_its_own_lifts_only(api: Api) -> None:
    with (
        listening(api, "maintainer1") as mine,
        listening(api, "property2") as theirs,
        listening(api, "supervisor") as all_,
    ):
        note(api, OPEN_1)
        note(api, OPEN_2)
        until(lambda: len(all_.ids) == 2 and mine.ids and theirs.ids)
        assert (mine.ids, theirs.ids) == (all_.ids[:1], all_.ids[1:])
    with listening(api, "maintainer1", after=0) as mine:
        until(lambda: mine.ids)
        note(api, OPEN_1, "last")
        until(lambda: mine.events[-1].get("payload", {}).get("detail") == {"text": "last"})
        engine = make_engine(api.database_url)
        with read_scope(engine) as session:
            incident = session.scalars(select(Incident.id).where(Incident.number == OPEN_1)).one()
            expected = list(
                session.scalars(select(LiveEvent.id).where(LiveEvent.incident_id == incident).order_by(LiveEvent.id))
            )
        engine.dispose()
        assert mine.ids == expected


def test_a_client_resumes_after_the_last_event_it_saw(api: Api) -> None:
    for _ in range(5):
        note(api)
    ids = all_ids(api)
    with listening(api, "centre", header=ids[-3]) as by_header, listening(api, "centre", after=ids[-3]) as by_query:
        until(lambda: len(by_header.ids) == len(by_query.ids) == 2)
        assert by_header.ids == by_query.ids == ids[-2:]
    with listening(api, "centre") as fresh:
        note(api)
        until(lambda: fresh.ids)
        assert fresh.ids == all_ids(api)[-1:]


def test_a_place_that_is_gone_is_told_and_the_stream_goes_on_from_now(api: Api) -> None:
    for _ in range(3):
        note(api)
    ids = all_ids(api)
    engine = make_engine(api.database_url)
    with session_scope(engine) as session:
        session.execute(delete(LiveEvent).where(LiveEvent.id < ids[-1]))
    engine.dispose()
    for gone in (ids[0], ids[-1] + 1000):
        with listening(api, "centre", header=gone) as stream:
            until(lambda stream=stream: "reset" in stream.types)
            note(api)
            until(lambda stream=stream: stream.ids)
            assert stream.ids == all_ids(api)[-1:]
    with listening(api, "centre", header=ids[-1] - 1) as stream:
        until(lambda: ids[-1] in stream.ids)
        assert "reset" not in stream.types


def test_an_idle_stream_beats_and_a_closed_login_ends_it(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.events.stream.CHECK_SECONDS", 0.2)
    api = serve(limits=QUICK)
    with listening(api, "centre") as stream:
        until(lambda: stream.comments >= 2)
        api.clock.pass_(hours=13)
        until(lambda: stream.types[-1] == "bye")


def test_strangers_and_one_client_too_many_are_refused(serve: Serve) -> None:
    api = serve(limits=replace(ApiLimits(), event_clients=1))
    assert api.stranger().get("/api/v1/events").status_code == 401
    with listening(api, "centre"):
        assert problem_id(api.as_("centre").get("/api/v1/events")) == "too-many-requests"


def write_many(url: str, writers: int, each: int) -> list[threading.Thread]:
    """Writers that append nodes to two incidents at once, each in transactions of its own."""

    def run(writer: int) -> None:
        engine = make_engine(url)
        # Longer or shorter between the writing of an event and its commit, so that later ids could show first.
        listen(engine, "commit", lambda _connection: time.sleep(random.random() * 0.01))
        for count in range(each):
            with session_scope(engine) as session:
                number = OPEN_1 if (writer + count) % 2 else OPEN_2
                incident = session.scalars(select(Incident).where(Incident.number == number)).one()
                draft = NodeDraft(NodeKind.NOTE, NOW + timedelta(seconds=count), "", detail={"writer": writer})
                append_node(session, draft, Recorded(NodeSource.API), incident=incident)
        engine.dispose()

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    return threads


def misses_nothing(api: Api, writers: int, each: int) -> None:
    """Clients that break off and resume all the time, while writers write, see every event once, in order."""
    start = all_ids(api)[-1]
    seen: list[int] = []
    breaks = 0
    threads = write_many(api.database_url, writers, each)
    with listening(api, "centre", header=start) as steady:
        while len(seen) < writers * each:
            with listening(api, "centre", header=seen[-1] if seen else start) as stream:
                goal = min(1 + breaks % 13, writers * each - len(seen))
                until(lambda stream=stream, goal=goal: len(stream.ids) >= goal, 20)
                seen += stream.ids[:goal]  # what a client saw before it broke off; the next goes on from there
                breaks += 1
        until(lambda: len(steady.ids) >= writers * each, 20)
    for thread in threads:
        thread.join()
    expected = [one for one in all_ids(api) if one > start]
    assert len(expected) == writers * each
    assert seen == expected
    assert steady.ids == expected
    assert breaks > 3


OFTEN = replace(ApiLimits(), event_poll_seconds=0.005)
"""Looks into the gap between two commits as often as can be."""


def test_resuming_misses_nothing_under_concurrent_writers(serve: Serve) -> None:
    misses_nothing(serve(limits=OFTEN), writers=4, each=20)


def test_resuming_misses_nothing_on_postgresql_where_writers_overlap(serve: Serve, postgres: str, home: Path) -> None:
    build(postgres, home / "pg-recordings")
    misses_nothing(serve(database_url=postgres, limits=OFTEN), writers=6, each=20)


def test_with_redis_a_wake_up_is_quicker_than_polling_and_without_it_polling_goes_on(
    serve: Serve, redis_server: RedisServer
) -> None:
    slow = replace(ApiLimits(), event_poll_seconds=0.3, event_idle_poll_seconds=30)
    api = serve(redis_url=redis_server.url, limits=slow)
    until(lambda: redis.Redis.from_url(redis_server.url).client_list())
    with listening(api, "centre") as stream:
        write_many(api.database_url, 1, 1)[0].join()  # another process' write: nothing but Redis tells us
        client = redis.Redis.from_url(redis_server.url)

        def woken() -> bool:
            client.xadd("liftline:events", {"id": "1"})
            return len(stream.ids) == 1

        until(woken, 5)
        redis_server.kill()
        write_many(api.database_url, 1, 1)[0].join()
        until(lambda: len(stream.ids) == 2, 5)
        redis_server.start()
        note(api)
        until(lambda: len(stream.ids) == 3, 5)


def test_a_client_that_reads_nothing_blocks_nobody_and_is_cut_off(serve: Serve) -> None:
    api = serve(limits=replace(ApiLimits(), event_send_seconds=1.0, event_tail=50))
    host, port = api.url.removeprefix("http://").split(":")
    engine = make_engine(api.database_url)
    with session_scope(engine) as session:
        for _ in range(200):  # rows the sleeping client cannot hold in its buffers
            session.add(LiveEvent(at=NOW, type="node.appended", payload={"text": "x" * 100_000}))
    engine.dispose()
    with socket.socket() as sleeper, listening(api, "centre") as stream:
        sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sleeper.connect((host, int(port)))
        head = f"GET /api/v1/events?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token_of('centre')}\r\n\r\n"
        sleeper.sendall(head.encode())
        note(api)
        until(lambda: stream.ids, 5)
        metric = "liftline_event_clients 1.0"
        until(lambda: metric in api.stranger().get("/metrics").text, 15)


def test_a_thousand_events_behind_the_tail_are_read_from_the_table(serve: Serve) -> None:
    api = serve(limits=replace(ApiLimits(), event_tail=10))
    before = len(all_ids(api))
    engine = make_engine(api.database_url)
    with listening(api, "centre", after=0) as stream:
        with session_scope(engine) as session:
            session.add_all(LiveEvent(at=NOW, type="node.appended", payload={}) for _ in range(1000))
        until(lambda: len(stream.ids) == before + 1000, 20)
        with read_scope(engine) as session:
            assert session.scalar(select(func.count()).select_from(LiveEvent)) == before + 1000
    assert stream.ids == all_ids(api)
    engine.dispose()
