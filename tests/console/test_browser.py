"""The console in a real browser against a real switch of its own: `console/e2e/` does the looking.

Run by `make test-console`, which builds the console and brings Chromium.
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

CONSOLE = Path(__file__).parents[2] / "console"

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    running = Instance(tmp_path_factory.mktemp("console") / "home", claim_block())
    # Not `running.up()`: that gives the carrier other mobiles than the sample estate's.
    command = [sys.executable, "-m", "liftline", "up", "--detach"]
    subprocess.run(command, env=running.environment, check=True, capture_output=True, timeout=180)
    yield running
    running.down()


@pytest.mark.parametrize("script", ["console.test.mjs", "softphone.test.mjs", "interventions.test.mjs", "operators.test.mjs"])
def test_in_the_browser(instance: Instance, script: str) -> None:
    done = subprocess.run(
        ["node", "--test", str(CONSOLE / "e2e" / script)],
        env={**os.environ, **instance.environment},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
