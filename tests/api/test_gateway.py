"""Gateways over HTTP: keys bound to lifts, batches, one verdict each, live state, media."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from api_world import LIFT_1, LIFT_2, NOW, Api, RedisServer, Serve, problem_id
from jsonschema import Draft202012Validator
from sqlalchemy import select

from api.kit.limits import ApiLimits
from intake.contract import EXAMPLES, json_schema
from intake.contract.texts import FILES
from liftline.gateway import Client, Outbox, OutboxFullError, event
from store.models import GatewayEvent, Lift
from store.session import make_engine, read_scope
from watch.follower import Follower
from watch.tracks import Tracks

EVENTS = "/api/v1/gateway/events"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(1000)


def code_of(api: Api, rescue_no: str) -> str:
    answer = api.as_("admin").get(f"/api/v1/lifts/{rescue_no}")
    return str(answer.json()["device_code"])


def new_key(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.as_("admin").post("/api/v1/api-keys", json={"name": "网关", "role": "gateway", **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def gateway(api: Api, **body: Any) -> httpx.Client:
    """A gateway of lift 1."""
    given = {"gateway": "gw-1", "lifts": [code_of(api, LIFT_1)], **body}
    key = new_key(api, **{name: value for name, value in given.items() if value is not None})
    return httpx.Client(base_url=api.url, headers={"Authorization": f"Bearer {key['key']}"}, timeout=20)


def state(api: Api, number: int, rescue_no: str = LIFT_1, **data: Any) -> dict[str, Any]:
    at = (api.clock.now - timedelta(seconds=1)).isoformat()
    data = data or {"floor": number, "door": "closed"}
    code = code_of(api, rescue_no)
    return {"event_id": f"e-{number}", "device_code": code, "kind": "car_state", "occurred_at": at, "data": data}


def words(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 202, answer.text
    return [one.get("reason", one["verdict"]) for one in answer.json()["verdicts"]]


def stored(api: Api) -> list[str]:
    engine = make_engine(api.database_url)
    with read_scope(engine) as session:
        found = list(session.scalars(select(GatewayEvent.event_id).order_by(GatewayEvent.id)))
    engine.dispose()
    return found


def follow(api: Api) -> None:
    engine = make_engine(api.database_url)
    Follower(engine, Tracks(), 120).step(api.clock.now)
    engine.dispose()


def test_a_batch_is_answered_202_with_a_verdict_each(api: Api) -> None:
    with gateway(api) as client:
        answer = client.post(EVENTS, json=[state(api, 1), state(api, 2, LIFT_2), state(api, 1), {"floor": 3}])
        assert words(answer) == ["stored", "unknown_lift", "duplicate", "malformed"]
        assert {name: answer.json()[name] for name in ("stored", "duplicate", "refused")} == {
            "stored": 1,
            "duplicate": 1,
            "refused": 2,
        }
    assert stored(api) == ["e-1"]


def test_ndjson_and_gzip_are_taken(api: Api) -> None:
    lines = "\n".join(json.dumps(state(api, number)) for number in (1, 2)).encode() + b"\n{oops\n"
    with gateway(api) as client:
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        assert words(client.post(EVENTS, content=gzip.compress(lines), headers=headers)) == [
            "stored",
            "stored",
            "malformed",
        ]


@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        (b"[", {}, "malformed-request"),
        (b"[]", {}, "malformed-request"),
        (b"no gzip", {"Content-Encoding": "gzip"}, "malformed-request"),
        (gzip.compress(b" " * 9_000_000), {"Content-Encoding": "gzip"}, "body-too-large"),
        (b"[1]", {"Content-Encoding": "br"}, "unsupported-media-type"),
        (b"<x/>", {"Content-Type": "application/xml"}, "unsupported-media-type"),
    ],
)
def test_a_body_that_cannot_be_taken_is_a_problem(api: Api, body: bytes, headers: dict[str, str], problem: str) -> None:
    with gateway(api) as client:
        answer = client.post(EVENTS, content=body, headers={"Content-Type": "application/json"} | headers)
    assert problem_id(answer) == problem


def test_a_renewed_key_of_the_same_gateway_knows_its_events(api: Api) -> None:
    with gateway(api) as old, gateway(api) as renewed:
        assert words(old.post(EVENTS, json=[state(api, 1)])) == ["stored"]
        assert words(renewed.post(EVENTS, json=[state(api, 1)])) == ["duplicate"]


def test_a_key_of_an_organization_speaks_for_its_lifts(api: Api) -> None:
    lift = api.as_("admin").get(f"/api/v1/lifts/{LIFT_1}").json()
    with gateway(api, lifts=None, organization_id=lift["maintainer_id"]) as client:
        assert words(client.post(EVENTS, json=[state(api, 1), state(api, 2, LIFT_2)])) == ["stored", "unknown_lift"]


def test_nobody_but_a_gateway_sends_and_a_gateway_reads_nothing(api: Api) -> None:
    for login in ("admin", "centre", "property1"):
        assert problem_id(api.as_(login).post(EVENTS, json=[])) == "forbidden"
    assert problem_id(api.stranger().post(EVENTS, json=[])) == "not-authenticated"
    with gateway(api) as client:
        for path in ("lifts", "incidents", "people", "events", "lifts/live"):
            assert problem_id(client.get(f"/api/v1/{path}")) == "forbidden"


@pytest.mark.parametrize(
    "body",
    [
        {"lifts": []},
        {"gateway": "gw-1"},
        {"gateway": "gw 1", "lifts": ["31101301002019060001"]},
        {"gateway": "gw-1", "lifts": ["31101301029999999999"]},
        {"gateway": "gw-1", "organization_id": 999},
        {"gateway": "gw-1", "role": "admin"},
    ],
)
def test_a_key_that_is_not_bound_as_it_should_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = api.as_("admin").post("/api/v1/api-keys", json={"name": "网关", "role": "gateway"} | body)
    assert problem_id(answer) == "invalid-request"


def test_with_the_database_gone_nothing_is_called_safe(api: Api) -> None:
    with gateway(api) as client:
        engine = make_engine(api.database_url)
        with engine.begin() as connection:
            connection.exec_driver_sql("alter table gateway_events rename to gone")
        assert problem_id(client.post(EVENTS, json=[state(api, 1)])) == "database-unavailable"
        with engine.begin() as connection:
            connection.exec_driver_sql("alter table gone rename to gateway_events")
        engine.dispose()
        assert words(client.post(EVENTS, json=[state(api, 1)])) == ["stored"]


# ---- live state


def test_what_sensors_tell_is_shown_without_redis_and_with_it(serve: Serve, redis_server: RedisServer) -> None:
    for api in (serve(), serve(redis_url=redis_server.url)):
        with gateway(api) as client:
            client.post(EVENTS, json=[state(api, 7, floor=7, door="open", people=True, mode="normal")])
        follow(api)
        answer = api.as_("property1").get(f"/api/v1/lifts/{LIFT_1}/state").json()
        assert (answer["device"]["floor"], answer["device"]["door"], answer["device"]["online"]) == (7, "open", True)
        listed = api.as_("property1").get("/api/v1/lifts/live").json()
        assert [one["device"] and one["device"]["floor"] for one in listed["items"]] == [7]
        assert listed["next_after"] is None


def test_data_and_telephone_are_judged_apart(serve: Serve, redis_server: RedisServer) -> None:
    api = serve(redis_url=redis_server.url)
    with gateway(api) as client:
        client.post(EVENTS, json=[state(api, 1)])
    follow(api)

    def ready() -> dict[str, Any]:
        found: dict[str, Any] = api.as_("admin").get(f"/api/v1/lifts/{LIFT_1}/state").json()["readiness"]
        return found

    assert ready() == {"sends_data": True, "callable": False, "online_for_alarms": False}
    account = api.as_("admin").get(f"/api/v1/lifts/{LIFT_1}").json()["cabin_address"]
    redis.Redis.from_url(redis_server.url).hset("liftline:cabins", account, '{"online": true}')
    assert ready() == {"sends_data": True, "callable": True, "online_for_alarms": True}


def test_the_history_of_a_device_is_listed_and_its_interval_agreed(api: Api) -> None:
    with gateway(api) as client:
        client.post(EVENTS, json=[state(api, 1)])
    follow(api)
    admin = api.as_("admin")
    changes = admin.get(f"/api/v1/lifts/{LIFT_1}/device/changes").json()["items"]
    assert [one["link"] for one in changes] == ["online"]
    assert admin.patch(f"/api/v1/lifts/{LIFT_1}/device", json={"interval_s": 300}).status_code == 204
    assert admin.get(f"/api/v1/lifts/{LIFT_1}/runs").json() == []
    assert api.as_("property2").get(f"/api/v1/lifts/{LIFT_1}/device/changes").status_code == 404


# ---- media


def send(client: httpx.Client, api: Api, body: bytes = JPEG, **query: Any) -> httpx.Response:
    given = {"media_id": "img-1", "kind": "snapshot", "taken_at": api.clock.now.isoformat(), **query}
    return client.post(f"/api/v1/lifts/{code_of(api, LIFT_1)}/media", params=given, content=body)


def test_a_snapshot_joins_the_open_incident_and_is_shown_in_ranges(api: Api) -> None:
    with gateway(api) as client:
        answer = send(client, api, sha256=hashlib.sha256(JPEG).hexdigest())
        assert answer.status_code == 201, answer.text
        again = send(client, api)
        assert again.json()["id"] == answer.json()["id"]
    number = answer.json()["id"]
    incident = api.as_("centre").get("/api/v1/incidents", params={"lift": LIFT_1}).json()["items"][0]["number"]
    detail = api.as_("centre").get(f"/api/v1/incidents/{incident}").json()
    assert [one["id"] for one in detail["media"]] == [number]
    assert [node["kind"] for node in detail["nodes"]].count("media_stored") == 1
    viewer = api.as_("property1")
    whole = viewer.get(f"/api/v1/media/{number}/content")
    assert whole.content == JPEG
    assert whole.headers["content-type"] == "image/jpeg"
    part = viewer.get(f"/api/v1/media/{number}/content", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, JPEG[2:6])
    assert api.as_("property2").get(f"/api/v1/media/{number}/content").status_code == 404


@pytest.mark.parametrize(
    ("body", "query", "problem"),
    [
        (b"<html><script>", {}, "unsupported-media-type"),
        (JPEG, {"kind": "video"}, "unsupported-media-type"),
        (b"", {}, "invalid-request"),
        (JPEG, {"sha256": "0" * 64}, "invalid-request"),
        (JPEG, {"taken_at": (NOW + timedelta(days=1)).isoformat()}, "invalid-request"),
        (JPEG, {"media_id": "../../x"}, "invalid-request"),
    ],
)
def test_a_file_that_is_not_what_it_says_leaves_nothing(
    api: Api, body: bytes, query: dict[str, str], problem: str
) -> None:
    with gateway(api) as client:
        assert problem_id(send(client, api, body, **query)) == problem
    assert [path for path in (api.home / "media").rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_cut_off(serve: Serve) -> None:
    api = serve(limits=ApiLimits(media_body=2000))
    with gateway(api) as client:
        assert problem_id(send(client, api, JPEG * 3)) == "body-too-large"
    assert [path for path in (api.home / "media").rglob("*") if path.is_file()] == []


def test_another_file_under_the_same_name_is_a_conflict(api: Api) -> None:
    with gateway(api) as client:
        assert send(client, api).status_code == 201
        assert problem_id(send(client, api, JPEG + b"x")) == "conflict"


# ---- the contract


def test_the_contract_in_the_repository_is_current() -> None:
    for name, text in FILES.items():
        kept = (Path(__file__).parents[2] / "docs" / name).read_text(encoding="utf-8")
        assert kept == text(), "run: python -m intake.contract"


def test_the_schema_accepts_its_examples_and_the_api_does_too(api: Api) -> None:
    checker = Draft202012Validator(json_schema())
    for example in EXAMPLES:
        assert not list(checker.iter_errors(example))
    events = [one | {"device_code": code_of(api, LIFT_1), "occurred_at": NOW.isoformat()} for one in EXAMPLES]
    with gateway(api) as client:
        assert set(words(client.post(EVENTS, json=events))) == {"stored"}
        assert api.as_("admin").get("/api/v1/gateway/schema").json() == json_schema()
        assert api.as_("admin").get("/api/v1/gateway/asyncapi").json()["asyncapi"] == "3.0.0"


# ---- the client


def test_what_is_put_into_an_outbox_arrives_once_though_liftline_was_away(api: Api, tmp_path: Path) -> None:
    key = new_key(api, gateway="gw-1", lifts=[code_of(api, LIFT_1)])["key"]
    code = code_of(api, LIFT_1)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(
            *(event(device_code=code, kind="car_state", data={"floor": n % 100}, at=api.clock.now) for n in range(250))
        )
        with Client("http://127.0.0.1:1", key, outbox, patience_s=1) as client, pytest.raises(httpx.HTTPError):
            client.flush()
        assert len(outbox) == 250
        with Client(api.url, key, outbox) as client:
            assert client.flush() == 250
            assert client.summary.verdicts == {"stored": 250}
        assert len(outbox) == 0
    assert len(stored(api)) == 250


def test_an_outbox_survives_sigkill(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from liftline.gateway import Outbox, event\n"
        "outbox = Outbox(pathlib.Path(sys.argv[1]))\n"
        "for n in range(10**6):\n"
        "    outbox.put(event(device_code='31101301002019060001', kind='heartbeat', event_id=f'e-{n}'))\n"
        "    print(n, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "o.db")], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    last = [int(writer.stdout.readline()) for _ in range(50)][-1]
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read().split()
    writer.wait(10)
    said = max([last, *(int(one) for one in rest)])
    with Outbox(tmp_path / "o.db") as outbox:
        kept = [one["event_id"] for _, one in outbox.oldest(10**6)]
    assert kept[: said + 1] == [f"e-{n}" for n in range(said + 1)]


def test_a_full_outbox_drops_old_heartbeats_and_then_says_so(tmp_path: Path) -> None:
    with Outbox(tmp_path / "o.db", most=10) as outbox:
        outbox.put(*(event(device_code="x", kind="heartbeat") for _ in range(5)))
        outbox.put(*(event(device_code="x", kind="alarm") for _ in range(5)))
        outbox.put(*(event(device_code="x", kind="alarm") for _ in range(5)))
        with pytest.raises(OutboxFullError):
            outbox.put(event(device_code="x", kind="alarm"))
        assert {one["kind"] for _, one in outbox.oldest(99)} == {"alarm"}
        assert len(outbox) == 10


def test_replay_sends_a_file_and_sums_up(api: Api, tmp_path: Path) -> None:
    key = new_key(api, gateway="gw-1", lifts=[code_of(api, LIFT_1)])["key"]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in (state(api, 1), state(api, 2, LIFT_2), state(api, 1))))
    command = [sys.executable, "-m", "liftline", "gateway", "replay", str(file), "--url", api.url]
    environment = {**os.environ, "LIFTLINE_GATEWAY_KEY": key}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "1 × unknown_lift" in done.stdout
    assert stored(api) == ["e-1"]


def test_what_was_answered_202_is_on_disk(tmp_path: Path, api: Api) -> None:
    """What a machine that loses its power right after the answer finds on its disk has the event."""
    with gateway(api) as client:
        assert words(client.post(EVENTS, json=[state(api, 1)])) == ["stored"]
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("liftline.db", "liftline.db-wal"):
        if (api.home / name).exists():
            (copy / name).write_bytes((api.home / name).read_bytes())
    engine = make_engine(f"sqlite:///{copy}/liftline.db")
    with read_scope(engine) as session:
        assert session.scalars(select(GatewayEvent.event_id)).all() == ["e-1"]
        assert session.scalar(select(Lift.id).limit(1)) is not None
    engine.dispose()
