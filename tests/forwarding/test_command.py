"""`liftline forward`: what a person at the server sees and can do."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

import store
from forwarding import queue
from forwarding.retrying import Verdict
from store.models import AuditEntry, CabinKind, Lift
from store.session import make_engine, read_scope, session_scope

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def liftline(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LIFTLINE_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "liftline", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One message, put aside."""
    url = f"sqlite:///{tmp_path}/liftline.db"
    store.migrate(url)
    made = make_engine(url)
    queue.configure(made, datetime.now(UTC), enabled=True)
    with session_scope(made) as session:
        cabin = {"cabin_kind": CabinKind.SIP, "cabin_address": "cabin-1"}
        session.add(Lift(device_code="31101", registration_no="梯1", rescue_no="300001", name="1 号梯", **cabin))
    now = datetime.now(UTC)
    [[parcel]] = queue.claim(made, "node1", now, 1)
    outcome = queue.Outcome(parcel, Verdict.REFUSED, "HTTP 422: no such lift", weight=9)
    assert queue.settle(made, "node1", parcel.stream, [outcome], now, now - now) == [parcel]
    return made


def test_what_was_put_aside_is_shown_and_resent_and_that_is_recorded(tmp_path: Path, engine: Engine) -> None:
    shown = liftline(tmp_path, "forward", "status")
    assert shown.returncode == 1
    assert "put aside  1" in shown.stdout
    assert "HTTP 422: no such lift" in shown.stdout

    assert liftline(tmp_path, "forward", "resend", "77").returncode == 1
    assert "1 put back" in liftline(tmp_path, "forward", "resend").stdout

    assert queue.stats(engine).pending == 1
    assert liftline(tmp_path, "forward", "status").returncode == 0
    with read_scope(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "forwarding.resend")).all()[-1]
    assert (entry.actor_kind.value, entry.detail) == ("command", {"messages": 1})
