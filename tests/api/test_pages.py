"""Cursor pages stay stable while rows are added, and refuse cursors that are not theirs."""

from __future__ import annotations

import pytest
from api_world import Api, problem_id


def names(api: Api, **params: object) -> list[str]:
    found: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        page = api.as_("centre").get("/api/v1/organizations", params={"limit": 2} | params | cursor).json()
        found += [row["name"] for row in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id"])
def test_pages_together_are_the_whole_list_in_order(api: Api, sort: str) -> None:
    whole = api.as_("centre").get("/api/v1/organizations", params={"sort": sort}).json()["items"]
    assert names(api, sort=sort) == [row["name"] for row in whole]
    keys = [row[sort.removeprefix("-")] for row in whole]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


def test_rows_added_between_two_pages_shift_nothing(api: Api) -> None:
    centre = api.as_("centre")
    first = centre.get("/api/v1/organizations", params={"limit": 3, "sort": "name"}).json()
    before = [row["name"] for row in centre.get("/api/v1/organizations").json()["items"]]
    for name in ("一", "A", "zzz", "龥"):
        assert centre.post("/api/v1/organizations", json={"kind": "property", "name": name}).status_code == 201
    seen = [row["name"] for row in first["items"]]
    params = {"limit": 100, "sort": "name", "cursor": first["next_cursor"]}
    seen += [row["name"] for row in centre.get("/api/v1/organizations", params=params).json()["items"]]
    assert [name for name in seen if name in before] == before
    assert len(seen) == len(set(seen))


def test_times_of_one_instant_are_paged_by_id(api: Api) -> None:
    centre = api.as_("centre")
    whole = [row["number"] for row in centre.get("/api/v1/incidents").json()["items"]]
    first = centre.get("/api/v1/incidents", params={"limit": 1}).json()
    rest = centre.get("/api/v1/incidents", params={"cursor": first["next_cursor"]}).json()
    assert [row["number"] for row in first["items"] + rest["items"]] == whole


@pytest.mark.parametrize("cursor", ["x", "e30", "bnVsbA", "eyJzIjoibmFtZSIsInYiOjEsImkiOiJ4In0", "%00", "W10"])
def test_a_cursor_that_is_not_ours_is_refused(api: Api, cursor: str) -> None:
    answer = api.as_("centre").get("/api/v1/organizations", params={"cursor": cursor})
    assert problem_id(answer) == "invalid-cursor"


def test_a_cursor_fits_only_its_own_sort(api: Api) -> None:
    cursor = api.as_("centre").get("/api/v1/organizations", params={"limit": 1}).json()["next_cursor"]
    answer = api.as_("centre").get("/api/v1/organizations", params={"cursor": cursor, "sort": "id"})
    assert problem_id(answer) == "invalid-cursor"


def test_a_search_takes_wildcards_literally(api: Api) -> None:
    assert api.as_("centre").get("/api/v1/organizations", params={"q": "%"}).json()["items"] == []
    assert len(api.as_("centre").get("/api/v1/organizations", params={"q": "物业"}).json()["items"]) == 2
