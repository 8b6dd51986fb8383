"""Each role against each resource: what it may do, and what it sees."""

from __future__ import annotations

import pytest
from api_world import LIFT_1, LIFT_2, OPEN_1, OPEN_2, UNKNOWN, Api, problem_id

from api.auth.permissions import MATRIX, Permission
from store.models import UserRole

ROLES = ("centre", "supervisor", "admin", "property1", "maintainer1")

READS = {
    Permission.ORGANIZATIONS_READ: "/organizations",
    Permission.PEOPLE_READ: "/people",
    Permission.PHONES_READ: "/phones",
    Permission.LIFTS_READ: "/lifts",
    Permission.PLANS_READ: "/plans",
    Permission.ROTA_READ: "/rota/shifts",
    Permission.INCIDENTS_READ: "/incidents",
    Permission.RECORDINGS_READ: "/recordings",
    Permission.USERS_READ: "/users",
    Permission.API_KEYS_READ: "/api-keys",
    Permission.SWITCHES_READ: "/switches",
    Permission.SECURITY_READ: "/security/refused-calls",
}

WRITES = {
    Permission.ORGANIZATIONS_WRITE: ("POST", "/organizations"),
    Permission.PEOPLE_WRITE: ("POST", "/people"),
    Permission.PHONES_WRITE: ("POST", "/phones"),
    Permission.LIFTS_WRITE: ("PATCH", f"/lifts/{LIFT_1}"),
    Permission.PLANS_WRITE: ("POST", "/plans"),
    Permission.ROTA_WRITE: ("POST", "/rota/shifts"),
    Permission.INCIDENTS_RESPOND: ("POST", f"/incidents/{OPEN_1}/notes"),
    Permission.INCIDENTS_CLOSE: ("POST", f"/incidents/{OPEN_1}/close"),
    Permission.INCIDENTS_CORRECT: ("POST", f"/incidents/{OPEN_1}/nodes/1/corrections"),
    Permission.USERS_WRITE: ("POST", "/users"),
    Permission.API_KEYS_WRITE: ("POST", "/api-keys"),
    Permission.ESTATE_IMPORT: ("POST", "/estate/imports"),
}


def role_of(login: str) -> UserRole:
    return UserRole(login.rstrip("12"))


@pytest.mark.parametrize("login", ROLES)
def test_a_role_reads_what_the_matrix_says_and_nothing_else(api: Api, login: str) -> None:
    for permission, path in READS.items():
        status = api.as_(login).get(f"/api/v1{path}").status_code
        assert status == (200 if permission in MATRIX[role_of(login)] else 403), path


@pytest.mark.parametrize("login", ROLES)
def test_a_role_writes_what_the_matrix_says_and_nothing_else(api: Api, login: str) -> None:
    for permission, (method, path) in WRITES.items():
        # A body that can never be right: who may write gets as far as the validation.
        status = api.as_(login).request(method, f"/api/v1{path}", json={"nonsense": 1}).status_code
        assert status == (422 if permission in MATRIX[role_of(login)] else 403), path


@pytest.mark.parametrize(("method", "path"), [("GET", path) for path in READS.values()] + list(WRITES.values()))
def test_a_stranger_gets_nothing(api: Api, method: str, path: str) -> None:
    answer = api.stranger().request(method, f"/api/v1{path}", json={"nonsense": 1})
    assert (answer.status_code, problem_id(answer)) == (401, "not-authenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_supervisor_writes_nothing() -> None:
    assert not [one for one in MATRIX[UserRole.SUPERVISOR] if not one.endswith((":read", ":listen"))]


@pytest.mark.parametrize("login", ["property1", "maintainer1"])
def test_an_organization_sees_its_own_and_nothing_of_others(api: Api, login: str) -> None:
    client = api.as_(login)
    own = client.get("/api/v1/auth/me").json()["organization_id"]
    assert [lift["rescue_no"] for lift in client.get("/api/v1/lifts").json()["items"]] == [LIFT_1]
    assert [row["number"] for row in client.get("/api/v1/incidents").json()["items"]] == [OPEN_1]
    assert len(client.get("/api/v1/recordings").json()["items"]) == 1
    for path in ("/phones", "/people", "/rota/shifts"):
        assert {row["organization_id"] for row in client.get(f"/api/v1{path}").json()["items"]} <= {own}, path
    names = {row["name"] for row in client.get("/api/v1/organizations").json()["items"]}
    assert names == {"物业 1", "维保 1", "应急处置中心"}


@pytest.mark.parametrize("login", ["property1", "maintainer1"])
def test_what_belongs_to_others_does_not_exist(api: Api, login: str) -> None:
    others = api.as_("centre")
    recording = others.get("/api/v1/recordings", params={"incident": OPEN_2}).json()["items"][0]["id"]
    paths = [
        f"/lifts/{LIFT_2}",
        f"/lifts/{LIFT_2}/state",
        f"/lifts/{LIFT_2}/effective-plan",
        f"/incidents/{OPEN_2}",
        f"/incidents/{OPEN_2}/export",
        f"/incidents/{UNKNOWN}",
        f"/recordings/{recording}",
        f"/recordings/{recording}/audio",
        f"/recordings/{recording}/waveform",
    ]
    for name in ("phones", "people"):
        foreign = max(row["id"] for row in others.get(f"/api/v1/{name}").json()["items"])
        paths.append(f"/{name}/{foreign + 100}")
    for path in paths:
        answer = api.as_(login).get(f"/api/v1{path}")
        assert (answer.status_code, problem_id(answer)) == (404, "not-found"), path
    for action in ("acknowledge", "arrived", "released"):
        assert api.as_(login).post(f"/api/v1/incidents/{OPEN_2}/{action}").status_code == 404
    assert api.as_("centre").get(f"/api/v1/incidents/{OPEN_2}").json()["state"] == "raised"


def test_a_maintainer_keeps_its_own_rota_only(api: Api) -> None:
    own = api.as_("maintainer1").get("/api/v1/rota/shifts").json()["items"][0]
    theirs = api.as_("maintainer2").get("/api/v1/rota/shifts").json()["items"][0]
    times = {"starts_at": "2026-11-23T00:00:00+08:00", "ends_at": "2026-11-23T12:00:00+08:00"}
    body = {"organization_id": own["organization_id"], "phone_id": own["phone_id"]} | times
    assert api.as_("maintainer1").post("/api/v1/rota/shifts", json=body).status_code == 201
    body = {"organization_id": theirs["organization_id"], "phone_id": theirs["phone_id"]} | times
    assert api.as_("maintainer1").post("/api/v1/rota/shifts", json=body).status_code == 404
    assert api.as_("maintainer1").delete(f"/api/v1/rota/shifts/{theirs['id']}").status_code == 404


def test_a_lift_changes_hands_and_its_maintainer_sees_it_no_more(api: Api) -> None:
    second = api.as_("maintainer2").get("/api/v1/auth/me").json()["organization_id"]
    api.as_("centre").patch(f"/api/v1/lifts/{LIFT_1}", json={"maintainer_id": second})
    assert api.as_("maintainer1").get(f"/api/v1/incidents/{OPEN_1}").status_code == 404
    assert api.as_("maintainer2").get(f"/api/v1/incidents/{OPEN_1}").status_code == 200
