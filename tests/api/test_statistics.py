"""The overview's numbers: of the caller's lifts, and of nobody else's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import redis
from api_world import NOW, OPEN_1, OPEN_2, Api, RedisServer, Serve
from sqlalchemy import select

from api.statistics.answers import Step, answer_times, quantile
from dialplan.names import Role
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.models import Call, Incident, NodeSource
from store.services import Recorded, append_node
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from typing import Any


def happened(api: Api, number: str, *steps: tuple[NodeKind, Role, float]) -> None:
    """Append nodes of the alarm's call, so many seconds after the press."""
    engine = make_engine(api.database_url)
    with session_scope(engine) as session:
        incident = session.scalars(select(Incident).where(Incident.number == number)).one()
        call = session.scalars(select(Call).where(Call.incident_id == incident.id)).one()
        for index, (kind, role, seconds) in enumerate(steps):
            draft = NodeDraft(kind, NOW + timedelta(seconds=seconds), "node1", role=role, detail={})
            recorded = Recorded(NodeSource.JOURNAL, segment=f"more-{number}", offset=index)
            append_node(session, draft, recorded, incident=incident, call=call)
    engine.dispose()


def statistics(api: Api, who: str, **query: Any) -> dict[str, Any]:
    answer = api.as_(who).get("/api/v1/statistics", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_answer_times_by_tier_are_those_of_the_own_lifts(api: Api) -> None:
    started, accepted = NodeKind.TIER_STARTED, NodeKind.LEG_ACCEPTED
    happened(api, OPEN_1, (started, Role.PROPERTY, 2), (started, Role.MAINTAINER, 17), (accepted, Role.MAINTAINER, 35))
    happened(api, OPEN_2, (started, Role.PROPERTY, 2), (accepted, Role.PROPERTY, 6.5))
    both = {one["role"]: one for one in statistics(api, "centre")["answers"]}
    assert (both["property"]["count"], both["property"]["median_s"], both["property"]["within_15_s"]) == (1, 4.5, 1)
    late = both["maintainer"]
    assert (late["count"], late["p90_s"], late["within_15_s"], late["within_20_s"]) == (1, 18.0, 0, 1)
    assert both["centre"] == {
        "role": "centre", "count": 0, "median_s": None, "p90_s": None, "p95_s": None, "within_15_s": 0, "within_20_s": 0
    }  # fmt: skip
    own = {one["role"]: one["count"] for one in statistics(api, "property1")["answers"]}
    assert own == {"property": 0, "maintainer": 1, "centre": 0}


def test_incidents_by_day_and_by_state(api: Api) -> None:
    found = statistics(api, "centre", days=3)
    assert [one["incidents"] for one in found["days"]] == [0, 0, 3]
    assert found["days"][-1]["day"] == "2026-11-22", "the day of people, not of UTC"
    assert found["open"] == {"raised": 3, "acknowledged": 0, "arrived": 0, "released": 0}
    assert statistics(api, "maintainer2")["open"]["raised"] == 1
    api.clock.pass_(days=-1)
    assert statistics(api, "centre", days=2)["days"][-1] == {"day": "2026-11-21", "incidents": 0}
    assert api.as_("centre").get("/api/v1/statistics", params={"days": 0}).status_code == 422
    assert api.stranger().get("/api/v1/statistics").status_code == 401


def test_cabins_on_line_are_counted_and_unknown_without_redis(serve: Serve, redis_server: RedisServer) -> None:
    api, client = serve(redis_url=redis_server.url), redis.Redis.from_url(redis_server.url)
    client.hset("liftline:cabins", "cabin-1", json.dumps({"online": True}))
    client.hset("liftline:cabins", "cabin-2", "junk")
    assert statistics(api, "centre")["cabins"] == {"online": 1, "offline": 0, "unknown": 1, "trunk": 0}
    client.hset("liftline:cabins", "cabin-2", json.dumps({"online": False}))
    assert statistics(api, "centre")["cabins"] == {"online": 1, "offline": 1, "unknown": 0, "trunk": 0}
    assert statistics(api, "property2")["cabins"]["offline"] == 1
    redis_server.kill()
    found = statistics(api, "centre")
    assert (found["cabins"]["unknown"], found["degraded"]) == (2, True)


def test_an_answer_counts_from_the_last_time_its_tier_began() -> None:
    def at(seconds: float) -> datetime:
        return NOW + timedelta(seconds=seconds)

    steps = [
        Step(NodeKind.TIER_STARTED, 1, Role.PROPERTY, at(0)),
        Step(NodeKind.TIER_STARTED, 1, Role.PROPERTY, at(60)),
        Step(NodeKind.LEG_ACCEPTED, 1, Role.PROPERTY, at(63)),
        Step(NodeKind.LEG_ACCEPTED, 1, Role.PROPERTY, at(90)),
        Step(NodeKind.LEG_ACCEPTED, 2, Role.CENTRE, at(5)),
    ]
    assert answer_times(steps) == {Role.PROPERTY: [3.0], Role.MAINTAINER: [], Role.CENTRE: []}
    assert [quantile([], 0.9), quantile([7.0], 0.9), quantile([4, 1, 3, 2], 0.5)] == [None, 7.0, 2]
