"""`docs/clauses.md` names code and tests that exist, quotes the notice's sentences whole, and says what is open."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "clauses.md"
STATES = {"done", "part", "open", "elsewhere"}

_TICKED = re.compile(r"`([^`]+)`")
_ROW = re.compile(r"^\| (?P<quote>[^|]*[一-鿿][^|]*) \| (?P<code>[^|]*) \| (?P<tests>[^|]*) \| (?P<state>[^|]*) \|$")


def _rows() -> list[dict[str, str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [match.groupdict() for line in lines if (match := _ROW.match(line)) and "原文" not in line]


def _tests() -> set[str]:
    """Return every test function and test class below `tests/`."""
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found.add(node.targets[0].id)
    return found


def _words(column: str) -> list[str]:
    return [word for row in _rows() for word in _TICKED.findall(row[column])]


def test_the_table_is_there() -> None:
    assert len(_rows()) > 20


@pytest.mark.parametrize("path", sorted(set(_words("code"))))
def test_every_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_test_that_is_named_exists() -> None:
    missing = set(_words("tests")) - _tests()
    assert not missing


def test_every_sentence_has_a_state_and_what_is_done_has_code_and_a_test() -> None:
    for row in _rows():
        state = row["state"].split(":")[0].split(" ")[0].strip("*")
        assert state in STATES, row
        if state in {"done", "part"}:
            assert _TICKED.findall(row["code"]), row
            assert _TICKED.findall(row["tests"]), row
        if state != "done":
            assert ":" in row["state"], f"what is missing? {row}"
