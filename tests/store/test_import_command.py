from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from liftline.settings import get_settings
from store.cli import import_estate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = "单位名称,单位类型\n阳光物业,使用单位\n"
BAD = "单位名称,单位类型\n阳光物业,鸽子\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    monkeypatch.setenv("LIFTLINE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    made = typer.Typer()
    made.command()(import_estate)
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    yield made
    get_settings.cache_clear()


def test_a_dry_run_then_the_import_then_the_same_again(app: typer.Typer) -> None:
    runner = CliRunner()
    tried = runner.invoke(app, ["good.csv", "--dry-run"])
    assert (tried.exit_code, "Dry run passed" in tried.output) == (0, True)
    for created, unchanged in [(1, 0), (0, 1)]:
        done = runner.invoke(app, ["good.csv", "--json"])
        report = json.loads(done.output)
        assert done.exit_code == 0
        assert report["counts"]["organizations"] == {"created": created, "updated": 0, "unchanged": unchanged}


def test_a_refused_file_names_the_place_and_exits_with_1(app: typer.Typer) -> None:
    shown = CliRunner().invoke(app, ["bad.csv"])
    assert shown.exit_code == 1
    assert "鸽子" in shown.output
    assert "nothing was changed" in shown.output
    report = json.loads(CliRunner().invoke(app, ["bad.csv", "--json"]).output)
    assert [(one["row"], one["column"], one["value"]) for one in report["problems"]] == [(2, "单位类型", "鸽子")]


def test_the_template_is_written(app: typer.Typer, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["--template", "t.xlsx"]).exit_code == 0
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


def test_no_file_and_a_missing_file_are_usage_errors(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, []).exit_code == 2
    assert CliRunner().invoke(app, ["nowhere.csv"]).exit_code == 2


def test_a_database_that_cannot_be_reached_is_one_line_and_exit_code_2(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIFTLINE_DATABASE_URL", "postgresql+psycopg://x@127.0.0.1:1/x")
    get_settings.cache_clear()
    ended = CliRunner().invoke(app, ["good.csv"])
    assert ended.exit_code == 2
    assert "database not available" in ended.output
    assert "Traceback" not in ended.output
