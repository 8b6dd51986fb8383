"""Who did what is recorded in the transaction of the act, and shown to supervisors and administrators."""

from __future__ import annotations

from typing import Any

import pytest
from api_world import PASSWORD, Api
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.session import make_engine, session_scope


def entries(api: Api, **filters: Any) -> list[dict[str, Any]]:
    answer = api.as_("supervisor").get("/api/v1/audit", params=filters | {"sort": "id"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_log_ins_good_and_bad_are_recorded_with_who_and_from_where(api: Api) -> None:
    stranger = api.stranger()
    assert stranger.post("/api/v1/auth/tokens", json={"login": "centre", "password": "guess"}).status_code == 401
    assert stranger.post("/api/v1/auth/tokens", json={"login": "nobody", "password": "guess"}).status_code == 401
    assert stranger.post("/api/v1/auth/tokens", json={"login": "centre", "password": PASSWORD}).status_code == 201

    bad = entries(api, action="login.refused")
    assert [(one["actor"], one["actor_kind"], one["address"]) for one in bad] == [
        ("centre", "stranger", "127.0.0.1"),
        ("nobody", "stranger", "127.0.0.1"),
    ]
    assert bad[0]["subject_id"]
    assert bad[1]["subject_id"] is None
    good = entries(api, action="login.ok")
    assert [(one["actor"], one["actor_kind"]) for one in good] == [("centre", "user")]


def test_a_guesser_who_is_throttled_does_not_fill_the_record(api: Api) -> None:
    for _ in range(30):
        api.stranger().post("/api/v1/auth/tokens", json={"login": "centre", "password": "guess"})
    assert len(entries(api, action="login.*")) == 5 + 1


def test_a_change_is_recorded_with_before_and_after_and_without_secrets(api: Api) -> None:
    lift = api.as_("centre").get("/api/v1/lifts").json()["items"][0]
    changed = api.as_("centre").patch(f"/api/v1/lifts/{lift['device_code']}", json={"name": "新名称"})
    assert changed.status_code == 200, changed.text
    entry = entries(api, action="lifts.changed")[-1]
    assert (entry["actor"], entry["address"], entry["subject_id"]) == ("centre", "127.0.0.1", str(lift["id"]))
    assert (entry["before"], entry["after"]) == ({"name": lift["name"]}, {"name": "新名称"})

    made = api.as_("admin").post("/api/v1/api-keys", json={"name": "监测平台", "role": "supervisor"})
    assert made.status_code == 201
    created = entries(api, action="api_keys.created")[-1]
    assert created["actor"] == "admin"
    assert created["after"]["hash"] == "***"
    assert made.json()["key"] not in str(created)


def test_a_change_that_is_refused_leaves_no_entry(api: Api) -> None:
    before = len(entries(api))
    lifts = api.as_("centre").get("/api/v1/lifts").json()["items"]
    taken = {"rescue_no": lifts[1]["rescue_no"]}
    assert api.as_("centre").patch(f"/api/v1/lifts/{lifts[0]['device_code']}", json=taken).status_code == 409
    assert len(entries(api)) == before


def test_listening_and_exporting_are_recorded_under_the_names_of_users_and_keys(api: Api) -> None:
    recording = api.as_("centre").get("/api/v1/recordings").json()["items"][0]["id"]
    assert api.as_("centre").get(f"/api/v1/recordings/{recording}/audio").status_code == 200
    exported = api.as_("supervisor").get("/api/v1/audit/export", params={"action": "recordings.*"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert "recordings.listened" in exported.text

    assert [(one["action"], one["actor"]) for one in entries(api) if one["action"][0] in "ra"] == [
        ("recordings.listened", "centre"),
        ("audit.exported", "supervisor"),
    ]


@pytest.mark.parametrize("login", ["centre", "property1", "maintainer1"])
def test_others_do_not_see_the_record(api: Api, login: str) -> None:
    assert api.as_(login).get("/api/v1/audit").status_code == 403


@pytest.mark.parametrize("statement", ["update audit_entries set actor = 'x'", "delete from audit_entries"])
def test_the_database_itself_refuses_to_change_an_entry(api: Api, statement: str) -> None:
    api.as_("supervisor").get("/api/v1/audit/export")
    engine = make_engine(api.database_url)
    with pytest.raises(DBAPIError, match="only ever appended"), session_scope(engine) as session:
        session.execute(text(statement))


def test_messages_that_were_put_aside_are_shown_and_resent(api: Api) -> None:
    status = api.as_("centre").get("/api/v1/forwarding").json()
    assert status == {"enabled": False, "waiting": 0, "oldest": None, "put_aside": 0}
    assert api.as_("centre").post("/api/v1/forwarding/resend").json() == {"messages": 0}
    assert api.as_("centre").post("/api/v1/forwarding/messages/7/resend").status_code == 404
    assert api.as_("supervisor").post("/api/v1/forwarding/resend").status_code == 403
