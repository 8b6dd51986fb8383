"""Incidents: finding them, their timeline, and what people do about them."""

from __future__ import annotations

from api_world import LIFT_1, OPEN_1, OPEN_2, UNKNOWN, Api, problem_id


def act(api: Api, who: str, action: str, body: object = None, number: str = OPEN_1):  # noqa: ANN201
    return api.as_(who).post(f"/api/v1/incidents/{number}/{action}", json=body)


def test_a_rescue_from_acknowledgement_to_closing(api: Api) -> None:
    assert act(api, "maintainer1", "acknowledge").json()["state"] == "acknowledged"
    api.clock.pass_(minutes=12)
    assert act(api, "maintainer1", "arrived").json()["arrived_at"] == "2026-11-22T02:12:00.000000Z"
    released = act(api, "property1", "released", {"people": 2}).json()
    assert (released["state"], "close" in released["allowed"]) == ("released", True)
    closing = {"classification": "entrapment", "cause_code": "0301"}
    closed = act(api, "centre", "close", closing).json()
    assert (closed["state"], closed["classification"], closed["cause_code"]) == ("closed", "entrapment", "0301")
    kinds = [node["kind"] for node in api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()]
    assert [kind for kind in kinds if kind in ("acknowledged", "arrived", "released", "closed")] == [
        "acknowledged",
        "arrived",
        "released",
        "closed",
    ]


def test_a_click_that_comes_twice_is_recorded_once(api: Api) -> None:
    for action, body in (("acknowledge", None), ("arrived", None), ("released", {"people": 1})):
        first, second = act(api, "maintainer1", action, body), act(api, "maintainer1", action, body)
        assert first.status_code == second.status_code == 200
        assert first.json() == second.json()
    closing = {"classification": "fault_repair", "cause_code": "0204"}
    assert act(api, "centre", "close", closing).json() == act(api, "centre", "close", closing).json()
    nodes = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
    kinds = [node["kind"] for node in nodes]
    assert all(kinds.count(kind) == 1 for kind in ("acknowledged", "arrived", "released", "closed"))


def test_what_the_state_forbids_is_a_conflict_that_says_why(api: Api) -> None:
    answer = act(api, "maintainer1", "arrived")
    assert (answer.status_code, problem_id(answer)) == (409, "illegal-transition")
    document = answer.json()
    assert (document["state"], document["event"], document["incident"]) == ("raised", "arrive", OPEN_1)
    assert "acknowledge" in document["allowed"]
    act(api, "centre", "close", {"classification": "test"})
    for action in ("acknowledge", "arrived", "released"):
        assert problem_id(act(api, "centre", action)) == "illegal-transition"
    assert problem_id(act(api, "centre", "close", {"classification": "false_alarm"})) == "illegal-transition"


def test_a_closing_must_hold_together(api: Api) -> None:
    act(api, "centre", "released")
    for body, field in (
        ({"classification": "entrapment"}, "#/cause_code"),
        ({"classification": "entrapment", "cause_code": "9999"}, "#/cause_code"),
        ({"classification": "entrapment", "cause_code": "0106"}, "#/cause_text"),
        ({"classification": "test", "cause_code": "0301"}, "#/cause_code"),
        ({"classification": "nonsense"}, "#/classification"),
    ):
        answer = act(api, "centre", "close", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, field), body
    assert api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}").json()["state"] == "released"


def test_a_wrong_classification_is_corrected_by_a_new_record(api: Api) -> None:
    act(api, "centre", "released")
    assert problem_id(act(api, "centre", "reclassify", {"classification": "test"})) == "illegal-transition"
    act(api, "centre", "close", {"classification": "entrapment", "cause_code": "0301"})
    assert act(api, "centre", "reclassify", {"classification": "test"}).json()["classification"] == "test"
    nodes = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
    by_kind = {node["kind"]: node for node in nodes}
    assert by_kind["reclassified"]["corrects_id"] == by_kind["closed"]["id"]


def test_a_node_is_corrected_by_a_new_node_and_stays(api: Api) -> None:
    before = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
    answer = act(
        api, "centre", f"nodes/{before[0]['id']}/corrections", {"text": "实为误触", "at": "2026-11-22T10:00:01+08:00"}
    )
    assert answer.status_code == 201
    after = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
    assert [node for node in after if node["id"] != answer.json()["id"]] == before
    assert answer.json()["corrects_id"] == before[0]["id"]
    assert answer.json()["detail"] == {"text": "实为误触", "at": "2026-11-22T02:00:01.000000+00:00"}
    foreign = api.as_("centre").get(f"/api/v1/incidents/{OPEN_2}/nodes").json()[0]
    assert act(api, "centre", f"nodes/{foreign['id']}/corrections", {"text": "x"}).status_code == 404


def test_the_centre_takes_command_and_gives_it_back(api: Api) -> None:
    assert act(api, "centre", "intervene").json()["centre_intervening"] is True
    assert act(api, "centre", "stand-down").json()["centre_intervening"] is False
    assert act(api, "maintainer1", "intervene").status_code == 403


def test_incidents_are_found_by_lift_state_time_and_classification(api: Api) -> None:
    act(api, "centre", "close", {"classification": "test"}, number=OPEN_2)
    centre = api.as_("centre")

    def numbers(**params: object) -> list[str]:
        return sorted(row["number"] for row in centre.get("/api/v1/incidents", params=params).json()["items"])

    assert numbers() == [OPEN_1, OPEN_2, UNKNOWN]
    assert numbers(open=True) == [OPEN_1, UNKNOWN]
    assert numbers(open=False) == numbers(classification="test") == numbers(state="closed") == [OPEN_2]
    for key in (LIFT_1, "31101301002019060001", "梯11冀A00001(26)"):
        assert numbers(lift=key) == [OPEN_1], key
    assert numbers(lift="nothing") == []
    assert numbers(**{"from": "2026-11-22T02:00:01Z"}) == []
    assert numbers(to="2026-11-22T02:00:00Z") == []


def test_the_detail_and_the_export_hold_everything(api: Api) -> None:
    detail = api.as_("property1").get(f"/api/v1/incidents/{OPEN_1}").json()
    assert detail["lift"]["rescue_no"] == LIFT_1
    assert [tier["role"] for tier in detail["plan"]["tiers"]] == ["property", "maintainer", "centre"]
    assert [node["kind"] for node in detail["nodes"]][:2] == ["alarm_raised", "tier_started"]
    assert detail["nodes"][0]["title"] == "乘客按下报警按钮"
    assert [call["call_id"] for call in detail["calls"]] == ["node1-1.1"]
    assert [recording["state"] for recording in detail["recordings"]] == ["ok"]
    export = api.as_("property1").get(f"/api/v1/incidents/{OPEN_1}/export")
    assert export.headers["content-disposition"] == f'attachment; filename="incident-{OPEN_1}.json"'
    assert export.json()["incident"] == detail


def test_the_causes_are_those_of_the_notice(api: Api) -> None:
    causes = api.as_("property1").get("/api/v1/causes").json()["causes"]
    assert causes["test"] == causes["false_alarm"] == causes["complaint"] == []
    assert {"0101", "0301", "0901"} <= {cause["code"] for cause in causes["entrapment"]}
    assert len(causes["on_demand_maintenance"]) == 12


def test_words_find_incidents_by_lift_number_and_caller(api: Api) -> None:
    def found(who: str, words: str) -> list[str]:
        answer = api.as_(who).get("/api/v1/incidents", params={"q": words, "sort": "number"})
        return [row["number"] for row in answer.json()["items"]]

    assert found("centre", "阳光小区") == [OPEN_1, OPEN_2]
    assert found("centre", LIFT_1) == [OPEN_1]
    assert found("centre", "0002") == [OPEN_2]
    assert found("centre", "1390000") == [UNKNOWN]
    assert found("centre", "100%") == []
    assert found("property1", "阳光小区") == [OPEN_1], "nobody finds what they may not see"
