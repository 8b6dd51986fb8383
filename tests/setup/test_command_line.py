"""The command line starts quickly and never shows a traceback for what a user can mend."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.setup.conftest import Run


def test_help_is_quick() -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "liftline", "--help"], check=True, capture_output=True, timeout=20)
        took.append(time.monotonic() - began)

    # A tenth of a second on an idle machine; tests run side by side.
    assert min(took) < 1.0


def test_help_imports_no_command() -> None:
    code = "import sys, liftline.cli; print([m for m in sys.modules if m.startswith(('liftline.comm', 'sqlalchemy'))])"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=20)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["up"], {"LIFTLINE_SIP_PORT": "x"}, "LIFTLINE_SIP_PORT: "),
        (["up"], {"LIFTLINE_HOME": "/proc/nowhere"}, "cannot write to /proc/nowhere"),
        (["up"], {"LIFTLINE_DATABASE_URL": "postgresql+psycopg://a@127.0.0.1:9/b"}, "LIFTLINE_DATABASE_URL"),
        (["logs", "nothing"], {}, "no log of"),
        (["run", "record"], {"LIFTLINE_NODE": "a b"}, "LIFTLINE_NODE: "),
    ],
)
def test_a_mistake_is_one_line(liftline: Run, arguments: list[str], variables: dict[str, str], says: str) -> None:
    done = liftline(*arguments, **variables)

    assert done.returncode not in (0, -1)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_stops_the_start_before_anything_is_made(liftline: Run, home: Path, port_base: int) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port_base + 3))
        squatter.listen()

        done = liftline("up", "--detach")

    assert done.returncode == 1
    assert "LIFTLINE_AMI_PORT" in done.stderr
    assert not (home / "secrets").exists()
