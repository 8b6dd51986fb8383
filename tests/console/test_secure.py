"""The console over HTTPS in real browsers, Chromium and Firefox, at a name that is not this machine's own.

Run by `make test-console`, which builds the console and brings the browsers. A name: on a loopback address a browser
gives everything without TLS too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.instance import Instance
from tests.kit.ports import claim_block

if TYPE_CHECKING:
    from collections.abc import Iterator

E2E = Path(__file__).parents[2] / "console" / "e2e"
NAME = "switch.example"

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    home = tmp_path_factory.mktemp("secure") / "home"
    running = Instance(
        home, claim_block(), LIFTLINE_HTTPS="true", LIFTLINE_PUBLIC_NAMES=NAME, LIFTLINE_ANNOUNCEMENTS="false"
    )
    # Not `running.up()`: that gives the carrier other mobiles than the sample estate's.
    command = [sys.executable, "-m", "liftline", "up", "--detach"]
    done = subprocess.run(command, env=running.environment, check=True, capture_output=True, text=True, timeout=180)
    assert f"https://{NAME}:{running.settings.http_port}" in done.stdout
    yield running
    running.down()


@pytest.mark.parametrize("script", ["secure.test.mjs", "firefox.test.mjs"])
def test_in_the_browser(instance: Instance, script: str) -> None:
    console = f"https://{NAME}:{instance.settings.http_port}"
    done = subprocess.run(
        ["node", "--test", str(E2E / script)],
        env={**os.environ, **instance.environment, "LIFTLINE_CONSOLE": console},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
