"""The evidence bundle over REST: who gets it, what it holds, and the record that it was taken."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from api_world import OPEN_1, OPEN_2, Api, problem_id
from sqlalchemy import text

from store.migrations.guards import drop_guard
from store.session import make_engine

if TYPE_CHECKING:
    from pathlib import Path


def test_the_bundle_is_accepted_by_its_own_verifier_and_taking_it_is_recorded(api: Api, tmp_path: Path) -> None:
    answer = api.as_("property1").get(f"/api/v1/incidents/{OPEN_1}/bundle")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{OPEN_1}.zip"'
    (tmp_path / "bundle.zip").write_bytes(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        assert json.loads(archive.read("timeline.json"))["incident"]["number"] == OPEN_1
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path / "bundle.zip")]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 0, said.stderr
    nodes = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
    (taken,) = (node for node in nodes if node["kind"] == "evidence_exported")
    assert taken["who"] == "property1"
    assert taken["detail"]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert list((api.home / "cache" / "bundles").iterdir()) == []


@pytest.mark.parametrize(("login", "number"), [("property1", OPEN_2), ("centre", "20200101-0001")])
def test_what_one_may_not_see_does_not_exist(api: Api, login: str, number: str) -> None:
    answer = api.as_(login).get(f"/api/v1/incidents/{number}/bundle")
    assert (answer.status_code, problem_id(answer)) == (404, "not-found")


def test_no_bundle_is_made_of_an_altered_record_or_without_the_key(api: Api) -> None:
    path = f"/api/v1/incidents/{OPEN_1}/bundle"
    assert api.as_("centre").get(path).status_code == 200
    engine = make_engine(api.database_url)
    with engine.begin() as connection:
        for statement in drop_guard("sqlite", "nodes"):
            connection.execute(text(statement))
        connection.execute(text("update nodes set tier = 2 where kind = 'tier_started'"))
    engine.dispose()
    answer = api.as_("centre").get(path)
    assert (answer.status_code, problem_id(answer)) == (409, "not-proven")
    for secret in (api.home / "secrets").glob("evidence-key-*"):
        secret.unlink()
    answer = api.as_("centre").get(path)
    assert (answer.status_code, problem_id(answer)) == (503, "signing-unavailable")
