"""The OpenAPI document is current, complete, and its examples hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.auth.permissions import MATRIX, Permission
from api.kit.catalogue import ProblemType
from api.openapi import openapi_text
from escalation.effects import LiveType

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads(openapi_text())
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_the_document_in_the_repository_is_current() -> None:
    kept = (ROOT / "docs/openapi.json").read_text(encoding="utf-8")
    assert kept == openapi_text(), "run: python -m api.openapi"


def test_it_is_openapi_3_1_and_every_operation_is_named_once() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    ids = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    known = {tag["name"] for tag in DOCUMENT["tags"]}
    for name, operation in OPERATIONS:
        assert set(operation["tags"]) <= known, name
        assert operation["description"], name


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_has_an_example_that_it_accepts(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    checker = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]})
    assert schema["examples"]
    for example in schema["examples"]:
        assert not list(checker.iter_errors(example)), example


def test_every_body_and_answer_has_an_example() -> None:
    for name, operation in OPERATIONS:
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                assert "example" in media or "examples" in media, name


def test_the_lists_for_people_name_every_problem_permission_and_event() -> None:
    texts = {
        name: (ROOT / f"docs/{name}.md").read_text(encoding="utf-8") for name in ("problems", "permissions", "events")
    }
    for kind in ProblemType:
        assert f"| `{kind.id}` | {kind.status} |" in texts["problems"], kind.id
    roles = list(MATRIX)
    for permission in Permission:
        marks = " | ".join("✓" if permission in MATRIX[role] else "–" for role in roles)
        assert f"| `{permission}` | {marks} |" in texts["permissions"], permission
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", texts["events"], re.MULTILINE))
    assert {kind.value for kind in LiveType} <= listed
