"""The switch's clock is set while alarms run: every record is stored, in order, and the step itself is on record."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from record_world import collecting, kinds, until, with_lift
from sqlalchemy import select

from escalation.nodes import NodeKind
from store.models import Call, Node, NodeSource, Recording
from store.session import read_scope

if TYPE_CHECKING:
    import pytest
    from record_world import Switch


def test_a_clock_set_back_is_a_node_and_no_duration_is_negative(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    switch.now -= timedelta(hours=1)
    switch.write("leg_failed", call, tier="1", role="property", target="PJSIP/guard-1", ring_ms="-3599000")
    switch.write("recording_finished", call, file=f"{call}.raw")
    switch.write("call_ended", call, stage="waiting", cause="16")
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
    with read_scope(engine) as session:
        steps = session.scalars(select(Node).where(Node.kind == NodeKind.CLOCK_STEPPED)).all()
        assert [node.detail["step_ms"] for node in steps] == [-3599993]
        failed = session.scalars(select(Node).where(Node.kind == NodeKind.LEG_FAILED)).one()
        assert failed.detail["ring_ms"] == 0
        stored = session.scalars(select(Call)).one()
        assert stored.ended_at is not None
        assert stored.ended_at >= stored.started_at
        assert session.scalars(select(Recording)).one().expected_ms == 0


def test_a_clock_set_forward_is_one_node_and_what_follows_is_stored_as_ever(
    sqlite_url: str, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="the press")
        monkeypatch.setattr("switch.journal.collector.time", Ahead(3600.0))
        until(lambda: "clock_stepped" in kinds(engine, NodeSource.SYSTEM), what="the step is noticed while it is quiet")
        switch.now += timedelta(hours=1)
        switch.write("leg_failed", call, tier="1", role="property", target="PJSIP/guard-1", ring_ms="3615000")
        switch.write("call_ended", call, stage="waiting", cause="16")
        until(lambda: kinds(engine) == switch.kinds, what="what follows")
        time.sleep(0.2)
    with read_scope(engine) as session:
        (step,) = session.scalars(select(Node).where(Node.kind == NodeKind.CLOCK_STEPPED))
        assert abs(int(step.detail["step_ms"]) - 3_600_000) < 500
        seqs = session.scalars(select(Node.seq).where(Node.incident_id.is_not(None)).order_by(Node.id)).all()
        assert seqs == list(range(1, len(seqs) + 1))


class Ahead:
    """The module `time` after the wall clock was set forward."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.monotonic = time.monotonic

    def time(self) -> float:
        return time.time() + self._seconds


def test_the_order_is_the_journals_even_when_times_run_backwards(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    for number in range(5):
        switch.now -= timedelta(seconds=30)
        switch.write("round_started", call, round=str(number))
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
    with read_scope(engine) as session:
        rounds = session.scalars(select(Node.round).where(Node.kind == NodeKind.ROUND_STARTED).order_by(Node.seq)).all()
        assert rounds == [0, 1, 2, 3, 4]
