"""A whole instance: up, what dies comes back, a second start is quick, down leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from liftline.settings import Settings
from liftline.supervision.orphans import find_orphans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.setup.conftest import Run

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.timeout(180)]


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Poll until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def status(liftline: Run) -> dict[str, Any]:
    return dict(json.loads(liftline("status", "--json").stdout))


def pids(liftline: Run) -> dict[str, int]:
    return {process["name"]: process["pid"] for process in status(liftline)["processes"]}


def test_an_instance_lives_through_its_life(liftline: Run, home: Path, port_base: int) -> None:
    settings = Settings(home=home, port_base=port_base)

    first = liftline("up", "--detach")
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"http://127.0.0.1:{port_base + 2}" in first.stdout
    assert "guard-1" in first.stdout

    again = liftline("up", "--detach")
    assert again.returncode == 1
    assert "runs already" in again.stderr

    before = pids(liftline)
    assert set(before) == {"asterisk", "carrier", "redis", "mosquitto", "record", "sensing", "api"}
    for name in ("redis", "mosquitto", "asterisk", "record", "sensing", "api"):
        os.kill(before[name], signal.SIGKILL)
    until(lambda: all(process["state"] == "RUNNING" for process in status(liftline)["processes"]))
    after = pids(liftline)
    assert after["carrier"] == before["carrier"]
    assert all(after[name] != before[name] for name in ("redis", "mosquitto", "asterisk", "record", "sensing", "api"))

    os.kill(int((home / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
    left = find_orphans(settings)
    assert {orphan.pid for orphan in left} >= set(after.values())
    began = time.monotonic()
    second = liftline("up", "--detach")
    took = time.monotonic() - began
    assert second.returncode == 0, second.stdout + second.stderr
    assert "left behind" in second.stdout
    assert took < 60, "a second start takes under 10 s on an idle machine"

    doctor = json.loads(liftline("doctor", "--json").stdout)
    bad = [finding for finding in doctor if finding["level"] == "error" and finding["check"] not in {"time", "name"}]
    assert bad == []

    down = liftline("down")
    assert (down.returncode, down.stdout.strip()) == (0, "Stopped.")
    assert find_orphans(settings) == []
