"""Log-in, sessions, tokens, keys, throttling."""

from __future__ import annotations

import httpx
from api_world import PASSWORD, Api, RedisServer, Serve, problem_id
from sqlalchemy import delete, select

from dialplan.endpoints import BROWSER_PREFIX
from store.models import LoginSession, Phone
from store.session import make_engine, read_scope, session_scope


def log_in(client: httpx.Client, login: str = "centre", password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/v1/auth/login", json={"login": login, "password": password})


def test_a_browser_logs_in_and_needs_the_csrf_header_to_change_anything(api: Api) -> None:
    with httpx.Client(base_url=api.url) as browser:
        answer = log_in(browser)
        assert answer.status_code == 200
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert browser.get("/api/v1/auth/me").json()["csrf_token"] == answer.json()["csrf_token"]
        body = {"kind": "property", "name": "物业 3"}
        refused = browser.post("/api/v1/organizations", json=body)
        assert problem_id(refused) == "csrf-refused"
        headers = {"X-CSRF-Token": answer.json()["csrf_token"]}
        assert browser.post("/api/v1/organizations", json=body, headers=headers).status_code == 201
        assert browser.post("/api/v1/auth/logout", headers=headers).status_code == 204
        token = cookie.split(";")[0].split("=", 1)[1]
        stolen = httpx.get(f"{api.url}/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert stolen.status_code == 401


def test_a_program_logs_in_with_a_token(api: Api) -> None:
    answer = api.stranger().post("/api/v1/auth/tokens", json={"login": "CENTRE ", "password": PASSWORD})
    assert answer.status_code == 201
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    me = api.stranger().get("/api/v1/auth/me", headers=headers).json()
    assert (me["role"], "incidents:close" in me["permissions"]) == ("centre", True)


def test_an_unknown_account_and_a_wrong_password_are_answered_alike(api: Api) -> None:
    wrong = log_in(api.stranger(), password="not this one")
    unknown = log_in(api.stranger(), login="nobody-here", password="not this one")
    assert wrong.status_code == unknown.status_code == 401
    without_instance = [{k: v for k, v in a.json().items() if k != "instance"} for a in (wrong, unknown)]
    assert without_instance[0] == without_instance[1]


def test_guessing_is_throttled_even_with_the_right_password_at_last(api: Api) -> None:
    for _ in range(5):
        assert log_in(api.stranger(), password="guess").status_code == 401
    answer = log_in(api.stranger())
    assert problem_id(answer) == "too-many-requests"
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert log_in(api.stranger(), login="supervisor").status_code == 200


def test_attempts_are_counted_in_redis_and_without_it_in_memory(serve: Serve, redis_server: RedisServer) -> None:
    first, second = serve(redis_url=redis_server.url), serve(redis_url=redis_server.url)
    for _ in range(5):
        log_in(first.stranger(), password="guess")
    assert log_in(second.stranger()).status_code == 429
    redis_server.kill()
    assert log_in(second.stranger()).status_code == 200
    for _ in range(5):
        log_in(second.stranger(), password="guess")
    assert log_in(second.stranger()).status_code == 429


def test_a_session_ends_with_its_time_and_with_its_account(api: Api) -> None:
    assert api.as_("property1").get("/api/v1/auth/me").status_code == 200
    user = api.as_("admin").get("/api/v1/users", params={"q": "property1"}).json()["items"][0]
    api.as_("admin").patch(f"/api/v1/users/{user['id']}", json={"active": False})
    assert api.as_("property1").get("/api/v1/auth/me").status_code == 401
    api.clock.pass_(hours=13)
    assert api.as_("centre").get("/api/v1/auth/me").status_code == 401


def test_a_new_password_ends_the_other_sessions(api: Api) -> None:
    token = api.stranger().post("/api/v1/auth/tokens", json={"login": "centre", "password": PASSWORD}).json()["token"]
    mine = {"Authorization": f"Bearer {token}"}
    new = "another long password"
    wrong = api.stranger().put("/api/v1/auth/password", json={"current": "no", "new": new}, headers=mine)
    assert problem_id(wrong) == "wrong-credentials"
    changed = api.stranger().put("/api/v1/auth/password", json={"current": PASSWORD, "new": new}, headers=mine)
    assert changed.status_code == 204
    assert api.as_("centre").get("/api/v1/auth/me").status_code == 401
    assert api.stranger().get("/api/v1/auth/me", headers=mine).status_code == 200
    assert log_in(api.stranger()).status_code == 401
    assert log_in(api.stranger(), password=new).status_code == 200


def test_an_api_key_is_shown_once_works_expires_and_is_revoked(api: Api) -> None:
    admin = api.as_("admin")
    me = api.as_("maintainer1").get("/api/v1/auth/me").json()
    body = {"name": "第三方平台", "role": "maintainer", "organization_id": me["organization_id"]}
    made = admin.post("/api/v1/api-keys", json=body | {"expires_at": "2026-11-22T03:00:00Z"}).json()
    listed = admin.get("/api/v1/api-keys").json()["items"]
    assert [key["prefix"] for key in listed] == [made["prefix"]]
    assert "key" not in listed[0]
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert len(api.stranger().get("/api/v1/lifts", headers=headers).json()["items"]) == 1
    tampered = {"Authorization": f"Bearer {made['key'][:-1]}!"}
    assert api.stranger().get("/api/v1/lifts", headers=tampered).status_code == 401
    api.clock.pass_(hours=2)
    assert api.stranger().get("/api/v1/lifts", headers=headers).status_code == 401
    lasting = admin.post("/api/v1/api-keys", json=body).json()
    headers = {"Authorization": f"Bearer {lasting['key']}"}
    assert api.stranger().get("/api/v1/lifts", headers=headers).status_code == 200
    assert admin.delete(f"/api/v1/api-keys/{lasting['id']}").status_code == 204
    assert api.stranger().get("/api/v1/lifts", headers=headers).status_code == 401


def test_secrets_are_stored_only_as_hashes(api: Api) -> None:
    made = api.as_("admin").post("/api/v1/api-keys", json={"name": "k", "role": "centre"}).json()
    api.stranger().post("/api/v1/auth/tokens", json={"login": "centre", "password": PASSWORD})
    stored = b"".join(path.read_bytes() for path in api.home.glob("liftline.db*"))
    assert made["key"].encode() not in stored
    assert PASSWORD.encode() not in stored


def test_the_last_administrator_stays(api: Api) -> None:
    admin = api.as_("admin")
    row = admin.get("/api/v1/users", params={"role": "admin"}).json()["items"][0]
    for answer in (
        admin.patch(f"/api/v1/users/{row['id']}", json={"active": False}),
        admin.patch(f"/api/v1/users/{row['id']}", json={"role": "centre"}),
        admin.delete(f"/api/v1/users/{row['id']}"),
    ):
        assert problem_id(answer) == "conflict"


def test_the_browsers_telephone_is_void_after_the_last_log_out(api: Api) -> None:
    engine = make_engine(api.database_url)

    def secret() -> str | None:
        with read_scope(engine) as session:
            return session.scalar(select(Phone.ha1).where(Phone.address.startswith(BROWSER_PREFIX)))

    with session_scope(engine) as session:
        session.execute(delete(LoginSession))
    with httpx.Client(base_url=api.url) as first, httpx.Client(base_url=api.url) as second:
        headers = [{"X-CSRF-Token": log_in(browser).json()["csrf_token"]} for browser in (first, second)]
        assert first.post("/api/v1/softphone", headers=headers[0]).status_code == 200
        given = secret()
        assert first.post("/api/v1/auth/logout", headers=headers[0]).status_code == 204
        assert secret() == given, "another page of the same person still uses it"
        assert second.post("/api/v1/auth/logout", headers=headers[1]).status_code == 204
        assert secret() not in {given, None}
