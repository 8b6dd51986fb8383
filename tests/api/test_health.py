"""Liveness, readiness with its degraded states, metrics."""

from __future__ import annotations

import json
from datetime import timedelta

import redis
from api_world import LIFT_1, NOW, OPEN_1, OPEN_2, Api, RedisServer, Serve, until
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.plan import Role
from store.models import Call, NodeSource
from store.services import Recorded, append_node
from store.session import make_engine, session_scope


def states(api: Api) -> dict[str, str]:
    components = api.stranger().get("/ready").json()["components"]
    return {name: component["state"] for name, component in components.items()}


def test_liveness_looks_at_nothing(api: Api) -> None:
    assert api.stranger().get("/health").json() == {"status": "ok"}


def test_without_redis_it_is_ready_but_degraded_and_says_what(api: Api) -> None:
    answer = api.stranger().get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert states(api) == {"database": "ok", "redis": "degraded", "events": "ok", "record": "degraded"}


def test_the_record_process_is_believed_while_its_report_is_fresh(serve: Serve, redis_server: RedisServer) -> None:
    api, client = serve(redis_url=redis_server.url), redis.Redis.from_url(redis_server.url)
    client.hset("liftline:health", "ami", json.dumps({"at": NOW.isoformat(), "ok": True}))
    client.hset("liftline:health", "journal", json.dumps({"at": NOW.timestamp(), "ok": True}))
    assert api.stranger().get("/ready").json()["status"] == "ready"
    client.hset("liftline:health", "ami", json.dumps({"at": NOW.isoformat(), "ok": False, "why": "no connection"}))
    assert states(api)["record.ami"] == "degraded"
    api.clock.pass_(minutes=1)
    assert states(api)["record.journal"] == "degraded"
    client.hset("liftline:health", "journal", "junk")
    assert "record.journal" not in states(api)
    redis_server.kill()
    until(lambda: states(api)["redis"] == "degraded")
    redis_server.start()
    until(lambda: states(api)["redis"] == "ok")


def test_the_live_state_of_a_lift_with_redis_and_without(serve: Serve, redis_server: RedisServer) -> None:
    api, client = serve(redis_url=redis_server.url), redis.Redis.from_url(redis_server.url)
    client.hset("liftline:cabins", "cabin-1", json.dumps({"online": True}))
    state = api.as_("property1").get(f"/api/v1/lifts/{LIFT_1}/state").json()
    assert (state["cabin"], state["degraded"]) == ({"online": True}, False)
    assert (state["incident_number"], state["incident_state"]) == (OPEN_1, "raised")
    client.hset("liftline:cabins", "cabin-2", json.dumps({"online": False}))
    states = api.as_("centre").get("/api/v1/lifts/states", params={"sort": "rescue_no"}).json()["items"]
    assert [(one["cabin"]["online"], one["incident_number"]) for one in states] == [(True, OPEN_1), (False, OPEN_2)]
    assert states[0] == state
    assert len(api.as_("property1").get("/api/v1/lifts/states").json()["items"]) == 1
    redis_server.kill()
    state = api.as_("property1").get(f"/api/v1/lifts/{LIFT_1}/state").json()
    assert api.as_("property1").get("/api/v1/lifts/states").json()["items"] == [state]
    assert (state["cabin"], state["degraded"], state["incident_number"]) == (None, True, OPEN_1)


def samples(api: Api) -> dict[tuple[str, str], float]:
    text = api.stranger().get("/metrics").text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, ",".join(sample.labels.values())] = sample.value
    return found


def test_metrics_count_incidents_answers_requests_and_what_the_record_process_publishes(
    serve: Serve, redis_server: RedisServer
) -> None:
    api, client = serve(redis_url=redis_server.url), redis.Redis.from_url(redis_server.url)
    client.set("liftline:metrics", json.dumps({"collector_lag_seconds": 0.25, "junk": "x"}))
    assert samples(api)["liftline_incidents_open", "raised"] == 3
    engine = make_engine(api.database_url)
    with session_scope(engine) as session:
        call = session.scalars(select(Call).order_by(Call.id)).first()
        assert call is not None
        at = NOW + timedelta(seconds=17)
        draft = NodeDraft(NodeKind.LEG_ACCEPTED, at, "node1", tier=2, role=Role.MAINTAINER, detail={})
        append_node(session, draft, Recorded(NodeSource.SYSTEM), incident=call.incident, call=call)
    engine.dispose()
    api.as_("centre").post(f"/api/v1/incidents/{OPEN_1}/acknowledge")
    for _ in range(2):  # a second scrape counts nothing twice
        found = samples(api)
    assert found["liftline_incidents_open", "raised"] == 2
    assert found["liftline_incidents_open", "acknowledged"] == 1
    assert found["liftline_alarm_answer_seconds_count", "maintainer,2"] == 1
    assert found["liftline_alarm_answer_seconds_sum", "maintainer,2"] == 17
    assert found["liftline_record_value", "collector_lag_seconds"] == 0.25
    assert found["liftline_dependency_up", "database"] == found["liftline_dependency_up", "redis"] == 1
    route = "POST,/incidents/{number}/acknowledge,200"
    assert found["liftline_http_request_seconds_count", route] == 1


def test_metrics_are_for_this_machine_or_for_callers_who_may(api: Api, serve: Serve, monkeypatch) -> None:  # noqa: ANN001
    monkeypatch.setattr("api.metrics.endpoints.LOOPBACK", frozenset())
    assert api.stranger().get("/metrics").status_code == 401
    assert api.as_("property1").get("/metrics").status_code == 403
    assert api.as_("admin").get("/metrics").status_code == 200
