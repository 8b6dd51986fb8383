"""Asterisk, Redis and SIPp are found, or fetched, without touching the machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from liftline.runtime import debian, programs
from liftline.runtime.fetching import ensure_runtime
from liftline.settings import Settings


def runtime() -> Path:
    return Path(os.environ.get("LIFTLINE_RUNTIME", "var/runtime")).resolve()


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed on the system itself."""
    monkeypatch.setattr(programs, "SYSTEM_PATH", "/nonexistent")
    programs._system.cache_clear()


def said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


def test_the_fetched_programs_run_without_chroot() -> None:
    assert "Asterisk 2" in said(programs.asterisk_command(["-V"], runtime()))
    assert "Redis server v=" in said(programs.redis_command(["--version"], runtime()))
    assert "SIPp v" in said(programs.sipp_command(["-v"], runtime()))
    assert programs.missing_programs(runtime()) == []


def test_the_modules_belong_to_the_asterisk_that_is_started() -> None:
    folder = programs.asterisk_modules_dir(runtime())

    assert all((folder / f"{name}.so").is_file() for name in programs.NEEDED_MODULES)
    assert (programs.asterisk_data_dir(runtime()) / "documentation").is_dir()


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_with_nothing_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(programs.ProgramMissingError, match="liftline runtime"):
        programs.asterisk_command([], tmp_path)

    assert [p.name for p in programs.missing_programs(tmp_path)] == ["asterisk", "redis-server", "mosquitto", "sipp"]


@pytest.mark.parametrize(("version", "serves"), [("18.10.0", False), ("22.10.1", True)])
def test_the_systems_own_asterisk_serves_when_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, serves: bool
) -> None:
    program = tmp_path / "bin" / "asterisk"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho Asterisk {version}\n")
    program.chmod(0o755)
    modules = tmp_path / "modules"
    modules.mkdir()
    for name in programs.NEEDED_MODULES:
        (modules / f"{name}.so").touch()
    monkeypatch.setattr(programs, "SYSTEM_PATH", str(program.parent))
    monkeypatch.setattr(programs, "_system_modules_dir", lambda: modules)
    programs._system.cache_clear()

    if serves:
        assert programs.asterisk_command(["-f"], tmp_path) == [str(program), "-f"]
    else:
        with pytest.raises(programs.ProgramMissingError):
            programs.asterisk_command(["-f"], tmp_path)
    programs._system.cache_clear()


def test_a_complete_runtime_is_left_alone(home: Path) -> None:
    assert ensure_runtime(Settings(home=home, runtime=runtime()), lambda _part, _text: None) == []


def test_without_network_the_fetch_fails_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(debian.FetchError) as caught:
        debian.unpack("forky", ["redis-server"], tmp_path / "root", lambda _part, _text: None, "http://127.0.0.1:9")

    assert "\n" not in str(caught.value)
    assert not (tmp_path / "root").exists()


def test_too_little_room_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "LEAST_FREE_BYTES", 10**18)

    with pytest.raises(debian.FetchError, match="are needed"):
        debian.unpack("forky", ["redis-server"], tmp_path / "root", lambda _part, _text: None, "http://127.0.0.1:9")
