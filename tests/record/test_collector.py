"""The journal reaches the database exactly once and in order, whatever happens to the collector."""

from __future__ import annotations

import json
import multiprocessing
import random
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from collector_process import collect_for_ever
from record_world import Switch, collecting, kinds, until, with_lift
from sqlalchemy import delete, func, select

from dialplan.names import Event
from escalation.effects import LiveType
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import Call, Incident, JournalPosition, LiveEvent, Node, NodeSource, Recording
from store.session import make_engine, read_scope, session_scope
from switch.journal.calls import collect
from switch.journal.segments import rotate

if TYPE_CHECKING:
    from pathlib import Path

    from escalation.journal import Fact
    from store.services import Recorded
    from store.session import StoreSession

KILLS = 8


def test_an_alarm_becomes_incident_call_nodes_and_recording(database_url: str, switch: Switch) -> None:
    engine = with_lift(database_url)
    call_id = switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="all nodes")
    with read_scope(engine) as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.state is IncidentState.ACKNOWLEDGED
        assert incident.lift is not None
        assert incident.lift.rescue_no == "100001"
        call = session.scalars(select(Call)).one()
        assert call.call_id == call_id
        assert call.switch_node == "node1"
        assert call.incident_id == incident.id
        assert call.answered_at is not None
        assert call.ended_at is not None
        recording = session.scalars(select(Recording)).one()
        assert recording.file == f"raw/{call_id}.raw"
        assert recording.expected_ms == 56
        seqs = session.scalars(select(Node.seq).order_by(Node.id)).all()
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.timeout(240)
def test_killed_at_any_point_every_node_is_there_once_and_in_order(database_url: str, switch: Switch) -> None:
    engine = with_lift(database_url)
    luck = random.Random(7)
    stop = threading.Event()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([collect_for_ever.__module__])

    def press_on() -> None:
        # As long as there are kills to come: a collector that has nothing to do is killed in vain.
        while not stop.wait(0.1):
            switch.whole_alarm()
            if luck.random() < 0.2:
                rotate(switch.folder, datetime.now(UTC))

    writer = threading.Thread(target=press_on)
    writer.start()
    try:
        for _ in range(KILLS):
            before = len(kinds(engine))
            process = processes.Process(
                target=collect_for_ever, args=(database_url, str(switch.folder), switch.node), daemon=True
            )
            process.start()
            try:
                until(lambda: len(kinds(engine)) > before, 60, "progress")  # noqa: B023
                time.sleep(luck.uniform(0, 0.25))
            finally:
                process.kill()
                process.join()
    finally:
        stop.set()
        writer.join()
    with collecting(engine, switch):
        until(lambda: len(kinds(engine)) >= len(switch.kinds), 60, what="catching up")
    assert kinds(engine) == switch.kinds
    with read_scope(engine) as session:
        assert session.scalar(select(func.count()).select_from(Call)) == switch.calls
        for incident in session.scalars(select(Incident)):
            seqs = session.scalars(select(Node.seq).where(Node.incident_id == incident.id).order_by(Node.id)).all()
            assert seqs == list(range(1, len(seqs) + 1))


def test_external_rotation_loses_and_repeats_nothing(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    switch.whole_alarm()
    switch.file.rename(switch.folder / "journal.jsonl.1")
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="both files")
        (switch.folder / "journal.jsonl.1").rename(switch.folder / "journal.jsonl.2")
        switch.file.rename(switch.folder / "journal.jsonl.1")
        switch.whole_alarm()
        until(lambda: kinds(engine) == switch.kinds, what="third file")
    switch.file.rename(switch.folder / "journal-20261122T030000.000000Z.jsonl")
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: len(kinds(engine)) >= len(switch.kinds), what="fourth file")
        time.sleep(0.2)
    assert kinds(engine) == switch.kinds


def test_a_reused_inode_is_not_taken_for_the_old_file(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="first file")
    lines = switch.file.read_bytes()
    switch.file.write_bytes(b"")  # the same inode begins anew, as after `copytruncate`
    (switch.folder / "journal.jsonl.1").write_bytes(lines)
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: len(kinds(engine)) >= len(switch.kinds), what="new content")
        time.sleep(0.2)
    assert kinds(engine) == switch.kinds


def test_a_torn_last_line_is_waited_for(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    line = switch.line("round_started", call, round="1")
    switch.append(line[:50])
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="whole lines")
        time.sleep(0.2)
        assert kinds(engine) == switch.kinds
        switch.append(line[50:] + "\n")
        switch.kinds.append("round_started")
        until(lambda: kinds(engine) == switch.kinds, what="completed line")


def test_a_corrupt_line_becomes_a_node_and_stops_nothing(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    switch.append("not json at all\n")
    switch.append("[1, 2]\n")
    switch.append('{"eventtype": "CHAN_START"}\n')
    switch.append("\x00" * 100 + "\n")
    switch.kinds += ["journal_corrupt"] * 4
    switch.write("round_started", call, round="1")
    with collecting(engine, switch) as collector:
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
        until(lambda: collector.state.corrupt == 4, what="count")


def test_the_record_after_a_torn_one_is_saved_from_the_same_line(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    switch.append(switch.line("round_started", call, round="1")[:70])
    switch.write("call_ended", call, stage="waiting", cause="16")
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
        until(lambda: NodeKind.JOURNAL_CORRUPT.value in kinds(engine, NodeSource.SYSTEM), what="corrupt node")


def test_a_torn_end_of_a_sealed_file_is_corrupt(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    switch.append(switch.line("round_started", call, round="1")[:70])
    switch.file.rename(switch.folder / "journal-20261122T030000.000000Z.jsonl")
    switch.kinds.append("journal_corrupt")
    switch.write("call_ended", call, stage="waiting", cause="16")
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")


def test_without_a_database_the_collector_waits_and_catches_up(tmp_path: Path, switch: Switch) -> None:
    url = f"sqlite:///{tmp_path}/away/liftline.db"
    engine = make_engine(url)
    with collecting(engine, switch) as collector:
        switch.whole_alarm()
        until(lambda: collector.state.last_error, what="the error is told")
        assert not collector.state.database_up
        (tmp_path / "away").mkdir()
        with_lift_after_migration(url)
        until(lambda: kinds(engine) == switch.kinds, what="catching up")
        assert collector.state.database_up
        (tmp_path / "away").rename(tmp_path / "gone")
        engine.dispose()
        switch.whole_alarm()
        until(lambda: not collector.state.database_up, what="loss noticed")
        (tmp_path / "gone").rename(tmp_path / "away")
        engine.dispose()
        until(lambda: kinds(engine) == switch.kinds, what="catching up again")


def with_lift_after_migration(url: str) -> None:
    from store.migrating import migrate  # noqa: PLC0415

    migrate(url)
    with_lift(url).dispose()


def test_two_switch_nodes_share_one_database(sqlite_url: str, switch: Switch, tmp_path: Path) -> None:
    engine = with_lift(sqlite_url)
    other = Switch(tmp_path / "other", node="node2")
    other.folder.mkdir()
    switch.whole_alarm()
    other.whole_alarm()
    with collecting(engine, switch), collecting(engine, other):
        until(lambda: len(kinds(engine)) == len(switch.kinds) + len(other.kinds), what="both journals")
    with read_scope(engine) as session:
        assert sorted(session.scalars(select(Call.switch_node))) == ["node1", "node2"]
        assert session.scalar(select(func.count()).select_from(Incident)) == 1


def test_an_unknown_caller_and_an_unknown_lift_still_make_an_incident(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    switch.write("alarm_raised", "node1-1.1", lift="", via="trunk", caller="13800000009")
    switch.write("alarm_raised", "node1-1.2", lift="99999999999999999999", via="sip")
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
    with read_scope(engine) as session:
        assert sorted(str(one.caller) for one in session.scalars(select(Incident))) == ["13800000009", "None"]


def test_a_refused_call_is_told_with_an_incident_and_without(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    code = "31130100000000000001"
    switch.write("callback_refused", "node1-1.1", caller="13800000009", reason="no-such-lift", rescue="999999")
    switch.write("callback_started", "node1-1.2", lift=code, caller="13800000009")
    switch.write("callback_refused", "node1-1.2", lift=code, caller="13800000009", reason="not-a-member")
    switch.press()
    switch.write("callback_started", "node1-1.3", lift=code, caller="guard-9")
    switch.write("callback_refused", "node1-1.3", lift=code, caller="guard-9", reason="not-a-member")
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
    with read_scope(engine) as session:
        told = session.scalars(
            select(LiveEvent).where(LiveEvent.type == LiveType.CALL_REFUSED).order_by(LiveEvent.id)
        ).all()
        assert [(event.lift_id is not None, event.incident_id is not None) for event in told] == [
            (False, False), (True, False), (True, True),
        ]  # fmt: skip
        assert told[0].payload["detail"]["rescue"] == "999999"


def test_a_resumed_call_joins_the_incident_of_the_interrupted_one(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    first = switch.press()
    switch.write("alarm_raised", "node1-2.1", lift="31130100000000000001", via="sip", resumes=first)
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="nodes")
    with read_scope(engine) as session:
        calls = session.scalars(select(Call).order_by(Call.id)).all()
        assert calls[1].resumes_id == calls[0].id
        assert calls[1].incident_id == calls[0].incident_id


@pytest.mark.parametrize("junk", [{"linkedid": None}, {"eventtime": "yesterday"}, {"uniqueid": {"a": 1}}])
def test_wrong_types_never_stop_the_collector(sqlite_url: str, switch: Switch, junk: dict[str, object]) -> None:
    engine = with_lift(sqlite_url)
    call = switch.press()
    switch.append(json.dumps(json.loads(switch.line("round_started", call)) | junk) + "\n")
    switch.write("call_ended", call, stage="waiting", cause="16")
    with collecting(engine, switch):
        until(lambda: kinds(engine)[-1:] == ["call_ended"], what="the record after it")


def test_a_lost_position_repeats_no_node(database_url: str, switch: Switch) -> None:
    engine = with_lift(database_url)
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="all nodes")
    with session_scope(engine) as session:
        session.execute(delete(JournalPosition))
    switch.whole_alarm()
    with collecting(engine, switch):
        until(lambda: len(kinds(engine)) >= len(switch.kinds), what="the second alarm")
        time.sleep(0.2)
    assert kinds(engine) == switch.kinds
    with read_scope(engine) as session:
        assert session.scalar(select(func.count()).select_from(Call)) == 2


def test_a_record_that_cannot_be_stored_does_not_hide_those_after_it(
    sqlite_url: str, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = with_lift(sqlite_url)

    def faulty(session: StoreSession, fact: Fact, channel_id: str, recorded: Recorded) -> None:
        if fact.event is Event.ROUND_STARTED:
            raise ZeroDivisionError
        collect(session, fact, channel_id, recorded)

    monkeypatch.setattr("switch.journal.storing.collect", faulty)
    switch.whole_alarm()
    switch.kinds[switch.kinds.index("round_started")] = "journal_corrupt"
    with collecting(engine, switch):
        until(lambda: kinds(engine) == switch.kinds, what="all nodes")
