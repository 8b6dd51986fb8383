"""Organizations, people, phones, lifts, plans, rota and bulk import."""

from __future__ import annotations

import hashlib

import pytest
from api_world import LIFT_1, LIFT_2, PASSWORD, Api, problem_id
from sqlalchemy import select

from store.estate_version import estate_version
from store.models import Lift, Phone
from store.session import make_engine, read_scope

KEYS = (LIFT_1, "31101301002019060001", "梯11冀A00001(26)")
NEW_LIFT = {
    "device_code": "31101301002019060099",
    "registration_no": "梯11冀A00099(26)",
    "rescue_no": "300099",
    "name": "阳光小区 9 号梯",
    "cabin": {"kind": "sip"},
}


def version(api: Api) -> int:
    engine = make_engine(api.database_url)
    with read_scope(engine) as session:
        found = estate_version(session)
    engine.dispose()
    return found


@pytest.mark.parametrize("key", KEYS)
def test_a_lift_is_found_by_each_of_its_three_keys(api: Api, key: str) -> None:
    assert api.as_("property1").get(f"/api/v1/lifts/{key}").json()["rescue_no"] == LIFT_1


def test_a_new_lift_shows_its_cabin_password_once_and_keeps_only_the_digest(api: Api) -> None:
    before = version(api)
    made = api.as_("centre").post("/api/v1/lifts", json=NEW_LIFT)
    assert made.status_code == 201
    account, password = made.json()["cabin_address"], made.json()["password"]
    assert account == "cabin-300099"
    assert "password" not in api.as_("centre").get("/api/v1/lifts/300099").json()
    expected = hashlib.md5(f"{account}:liftline:{password}".encode(), usedforsecurity=False).hexdigest()
    engine = make_engine(api.database_url)
    with read_scope(engine) as session:
        assert session.scalars(select(Lift.cabin_ha1).where(Lift.cabin_address == account)).one() == expected
    engine.dispose()
    assert version(api) == before + 1
    renewed = api.as_("centre").post("/api/v1/lifts/300099/cabin-password").json()
    assert (renewed["account"], renewed["password"] == password) == (account, False)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"device_code": "31101301002019060001"}, "#/device_code"),
        ({"registration_no": "梯11冀A00001(26)"}, "#/registration_no"),
        ({"rescue_no": LIFT_1}, "#/rescue_no"),
        ({"device_code": LIFT_1}, "#/device_code"),  # another lift's rescue number
        ({"cabin": {"kind": "sip", "address": "guard-1"}}, "#/cabin/address"),
    ],
)
def test_a_key_that_another_lift_has_is_refused_and_changes_nothing(api: Api, change: dict, pointer: str) -> None:
    before = version(api)
    answer = api.as_("centre").post("/api/v1/lifts", json=NEW_LIFT | change)
    assert (problem_id(answer), answer.json()["errors"][0]["pointer"]) == ("duplicate", pointer)
    assert version(api) == before
    assert len(api.as_("centre").get("/api/v1/lifts").json()["items"]) == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rescue_no": "12345"}, "#/rescue_no"),
        ({"rescue_no": "１２３４５６"}, "#/rescue_no"),
        ({"name": "   "}, "#/name"),
        ({"property_id": 999}, "#/property_id"),
        ({"plan_id": 999}, "#/plan_id"),
        ({"nonsense": 1}, "#/nonsense"),
        ({"cabin": {"kind": "carrier-pigeon"}}, "#/cabin"),
    ],
)
def test_a_lift_that_cannot_be_is_refused(api: Api, change: dict, pointer: str) -> None:
    answer = api.as_("centre").post("/api/v1/lifts", json=NEW_LIFT | change)
    assert (problem_id(answer), answer.json()["errors"][0]["pointer"]) == ("invalid-request", pointer)


def test_a_patch_changes_what_was_sent_and_refuses_null_where_a_value_must_be(api: Api) -> None:
    centre = api.as_("centre")
    before = centre.get(f"/api/v1/lifts/{LIFT_1}").json()
    after = centre.patch(f"/api/v1/lifts/{LIFT_1}", json={"community": "阳光小区", "active": False}).json()
    assert after == before | {"community": "阳光小区", "active": False}
    assert centre.patch(f"/api/v1/lifts/{LIFT_1}", json={"community": None}).json()["community"] is None
    assert centre.patch(f"/api/v1/lifts/{LIFT_1}", json={"name": None}).status_code == 422
    assert problem_id(centre.patch(f"/api/v1/lifts/{LIFT_1}", json={"rescue_no": LIFT_2})) == "duplicate"


def test_what_incidents_name_cannot_be_deleted(api: Api) -> None:
    assert problem_id(api.as_("centre").delete(f"/api/v1/lifts/{LIFT_1}")) == "in-use"
    api.as_("centre").post("/api/v1/lifts", json=NEW_LIFT)
    assert api.as_("centre").delete("/api/v1/lifts/300099").status_code == 204
    assert api.as_("centre").get("/api/v1/lifts/300099").status_code == 404


def test_the_effective_plan_names_who_is_on_duty_now(api: Api) -> None:
    plan = api.as_("maintainer1").get(f"/api/v1/lifts/{LIFT_1}/effective-plan").json()
    assert [tier["role"] for tier in plan["tiers"]] == ["property", "maintainer", "centre"]
    guard, duty = plan["tiers"][0]["targets"][0], plan["tiers"][1]["targets"][0]
    assert (guard["address"], duty["kind"]) == ("PJSIP/guard-1", "duty")
    assert [phone["address"] for phone in duty["on_duty"]] == ["PJSIP/13800000001@trunk"]
    phones = {row["address"]: row["id"] for row in api.as_("centre").get("/api/v1/phones").json()["items"]}
    assert (guard["phone_id"], guard["who"]) == (phones["guard-1"], "值班员 1")
    assert duty["on_duty"][0]["phone_id"] == phones["13800000001"]
    assert duty["phone_id"] is None


def test_a_plan_is_made_assigned_replaced_and_freed(api: Api) -> None:
    centre = api.as_("centre")
    phone = centre.get("/api/v1/phones", params={"q": "guard-1"}).json()["items"][0]["id"]
    last = {"role": "centre", "targets": [{"kind": "centre"}]}
    first = {"role": "property", "ring_s": 20, "targets": [{"kind": "phone", "phone_id": phone, "accept": "key"}]}
    made = centre.post("/api/v1/plans", json={"name": "夜间", "tiers": [first, last]})
    assert (made.status_code, made.json()["tiers"][0]["ring_s"]) == (201, 20)
    path = f"/api/v1/plans/{made.json()['id']}"
    assert centre.put(f"/api/v1/lifts/{LIFT_1}/plan", json={"plan_id": made.json()["id"]}).status_code == 200
    effective = centre.get(f"/api/v1/lifts/{LIFT_1}/effective-plan").json()
    assert (effective["name"], effective["tiers"][0]["targets"][0]["accept"]) == ("夜间", "key")
    assert api.as_("property1").get(path).status_code == 200
    assert api.as_("property2").get(path).status_code == 404
    assert problem_id(centre.delete(path)) == "in-use"
    assert [tier["role"] for tier in centre.put(path, json={"name": "夜间", "tiers": [last]}).json()["tiers"]] == [
        "centre"
    ]
    assert centre.put(f"/api/v1/lifts/{LIFT_1}/plan", json={"plan_id": None}).json()["plan_id"] is None
    assert centre.delete(path).status_code == 204


def test_a_plan_that_might_leave_a_passenger_alone_is_refused(api: Api) -> None:
    centre = api.as_("centre")
    phone = centre.get("/api/v1/phones", params={"q": "guard-1"}).json()["items"][0]["id"]
    first = {"role": "property", "targets": [{"kind": "phone", "phone_id": phone}]}
    answer = centre.post("/api/v1/plans", json={"name": "夜间", "tiers": [first]})
    assert (problem_id(answer), answer.json()["errors"][0]["code"]) == ("invalid-request", "plan")
    ghost = {"role": "property", "targets": [{"kind": "phone", "phone_id": 999}]}
    answer = centre.post("/api/v1/plans", json={"name": "夜间", "tiers": [ghost]})
    assert answer.json()["errors"][0]["pointer"] == "#/tiers/0/targets/0/phone_id"
    assert centre.get("/api/v1/plans").json()["items"] == []


def test_phones_of_both_kinds(api: Api) -> None:
    centre = api.as_("centre")
    organization = api.as_("property1").get("/api/v1/auth/me").json()["organization_id"]
    sip = {"kind": "sip", "organization_id": organization, "label": "前台", "address": "desk-1"}
    made = centre.post("/api/v1/phones", json=sip).json()
    assert len(made["password"]) >= 16
    assert "password" not in centre.get(f"/api/v1/phones/{made['id']}").json()
    assert problem_id(centre.post("/api/v1/phones", json=sip)) == "duplicate"
    renewed = centre.post(f"/api/v1/phones/{made['id']}/password").json()
    assert renewed["password"] != made["password"]
    mobile = {"kind": "trunk", "organization_id": organization, "label": "手机", "address": "+86 138 0000 0009"}
    made = centre.post("/api/v1/phones", json=mobile).json()
    assert (made["address"], made["accept"], made["password"]) == ("13800000009", "key", None)
    assert problem_id(centre.post(f"/api/v1/phones/{made['id']}/password")) == "conflict"
    engine = make_engine(api.database_url)
    with read_scope(engine) as session:
        assert session.scalars(select(Phone.ha1).where(Phone.id == made["id"])).one() is None
    engine.dispose()


def test_who_is_on_duty_at_a_time(api: Api) -> None:
    maintainer = api.as_("maintainer1")
    organization = maintainer.get("/api/v1/auth/me").json()["organization_id"]

    def on_duty(at: str | None = None) -> list[str]:
        params = {"organization_id": organization} | ({"at": at} if at else {})
        return [phone["address"] for phone in maintainer.get("/api/v1/rota/on-duty", params=params).json()["phones"]]

    assert on_duty() == ["13800000001"]
    assert on_duty("2026-11-22T16:00:00+08:00") == []  # the end is excluded
    assert on_duty("2026-11-22T15:59:59+08:00") == ["13800000001"]
    shift = maintainer.get("/api/v1/rota/shifts").json()["items"][0]
    bad = shift | {"ends_at": shift["starts_at"]}
    del bad["id"]
    assert maintainer.put(f"/api/v1/rota/shifts/{shift['id']}", json=bad).json()["errors"][0]["pointer"] == "#/ends_at"
    assert maintainer.delete(f"/api/v1/rota/shifts/{shift['id']}").status_code == 204
    assert on_duty() == []


def test_users_and_their_organizations(api: Api) -> None:
    admin = api.as_("admin")
    organization = api.as_("property1").get("/api/v1/auth/me").json()["organization_id"]
    body = {"login": "guard-a", "name": "值班员 A", "role": "property", "password": PASSWORD}
    assert admin.post("/api/v1/users", json=body).json()["errors"][0]["pointer"] == "#/organization_id"
    assert (
        admin.post("/api/v1/users", json=body | {"role": "maintainer", "organization_id": organization}).status_code
        == 422
    )
    made = admin.post("/api/v1/users", json=body | {"organization_id": organization})
    assert made.status_code == 201
    assert PASSWORD not in made.text
    assert problem_id(admin.post("/api/v1/users", json=body | {"organization_id": organization})) == "duplicate"
    short = admin.post("/api/v1/users", json=body | {"login": "guard-b", "password": "short-pw!"})
    assert (short.status_code, "short-pw!" in short.text) == (422, False)
    path = f"/api/v1/users/{made.json()['id']}"
    assert admin.put(f"{path}/password", json={"password": "a new long password"}).status_code == 204
    assert admin.delete(path).status_code == 204


CSV = (
    "设备代码,使用登记证号,救援编号,电梯名称,轿厢电话类型,轿厢账号\n"
    "31101301002019060055,梯11冀A00055(26),{rescue},五号梯,外线,031180000055\n"
)


def test_an_import_is_tried_refused_with_row_and_column_and_done(api: Api) -> None:
    centre = api.as_("centre")

    def upload(rescue: str, **params: object):  # noqa: ANN202
        files = [("files", ("lifts.csv", CSV.format(rescue=rescue).encode(), "text/csv"))]
        return centre.post("/api/v1/estate/imports", files=files, params=params)

    tried = upload("30005", dry_run=True).json()
    assert (tried["ok"], tried["changed"]) == (False, False)
    assert (tried["problems"][0]["row"], tried["problems"][0]["column"]) == (2, "救援编号")
    refused = upload("30005")
    assert (problem_id(refused), refused.json()["report"]["problems"]) == ("import-refused", tried["problems"])
    assert upload("300055", dry_run=True).json()["counts"]["lifts"]["created"] == 1
    assert centre.get("/api/v1/lifts/300055").status_code == 404
    assert upload("300055").json()["changed"] is True
    assert centre.get("/api/v1/lifts/300055").json()["name"] == "五号梯"
    assert centre.get("/api/v1/estate/template").content.startswith(b"PK")
    junk = centre.post("/api/v1/estate/imports", files=[("files", ("x.xlsx", b"PK\x03\x04junk", "application/zip"))])
    assert problem_id(junk) == "import-refused"
