"""An instance of its own for each test: a fresh home and ports nobody uses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from liftline.settings import Settings
from tests.kit.ports import block

if TYPE_CHECKING:
    from pathlib import Path

COMMAND_TIMEOUT_S = 90

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LIFTLINE_") and name != "LIFTLINE_RUNTIME"]:
        monkeypatch.delenv(name)


@pytest.fixture
def port_base() -> Iterator[int]:
    with block() as base:
        yield base


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path, port_base: int) -> Settings:
    return Settings(home=home, port_base=port_base)


@pytest.fixture
def liftline(home: Path, port_base: int) -> Iterator[Run]:
    """Run `liftline …` for this test's instance; whatever still runs is stopped at the end."""
    environment = {**os.environ, "LIFTLINE_HOME": str(home), "LIFTLINE_PORT_BASE": str(port_base), "COLUMNS": "200"}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "liftline", *arguments],
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )

    yield run
    if (home / "run").exists():
        run("down")
