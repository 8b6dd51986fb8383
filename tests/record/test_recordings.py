"""A recording is finished once, checked against the journal, and never lost on the way."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf
from record_world import STARTED, until, with_lift
from sqlalchemy import Engine, select

from dialplan.names import Event
from escalation.journal import Fact, reduce
from escalation.nodes import NodeKind
from recordings import finish as finishing
from recordings.audio import convert
from recordings.finish import clear_leftovers, finish
from recordings.integrity import check_all
from recordings.pending import pending
from recordings.retention import Retention, RetentionError
from recordings.store import OutsideError, RecordingStore
from recordings.verdict import expected_ms
from recordings.waveform import peaks
from store.models import Call, CallKind, LiveEvent, Node, Recording, RecordingState
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from pathlib import Path

CALL = "node1-1795314600.1"
LATER = STARTED + timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> RecordingStore:
    (tmp_path / "recordings" / "raw").mkdir(parents=True)
    return RecordingStore(tmp_path / "recordings")


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    """A database with one ended call of ten seconds whose recording waits to be finished."""
    engine = with_lift(sqlite_url)
    ended = STARTED + timedelta(seconds=10)
    with session_scope(engine) as session:
        call = Call(call_id=CALL, switch_node="node1", kind=CallKind.ALARM, started_at=STARTED, ended_at=ended)
        session.add(
            Recording(
                call=call, file=f"raw/{CALL}.raw", state=RecordingState.RECORDING, started_at=STARTED, ended_at=ended
            )
        )
    return engine


def write_raw(
    store: RecordingStore, seconds: float, *, left: int = 8000, right: int = 4000, torn: bool = False
) -> Path:
    moments = np.arange(int(seconds * 8000)) / 8000
    frames = np.stack(
        [left * np.sin(2 * np.pi * 440 * moments), right * np.sin(2 * np.pi * 1000 * moments)], axis=1
    ).astype("<i2")
    raw = store.raw(f"{CALL}.raw")
    raw.write_bytes(frames.tobytes() + (b"\x01\x02\x03" if torn else b""))
    old = time.time() - 10
    os.utime(raw, (old, old))
    return raw


def finish_all(engine: Engine, store: RecordingStore, now: datetime = LATER) -> list[RecordingState | None]:
    return [finish(engine, store, item, now) for item in pending(engine)]


def nodes(engine: Engine) -> list[NodeKind]:
    with read_scope(engine) as session:
        return list(session.scalars(select(Node.kind).order_by(Node.id)))


def row(engine: Engine) -> Recording:
    with read_scope(engine) as session:
        return session.scalars(select(Recording)).one()


def test_a_good_recording_is_finished_checked_and_indexed(engine: Engine, store: RecordingStore) -> None:
    raw = write_raw(store, 10, torn=True)
    assert finish_all(engine, store) == [RecordingState.OK]
    index = row(engine)
    assert index.file == f"{STARTED:%Y/%m/%d}/{CALL}.wav"
    assert (index.duration_ms, index.expected_ms, index.channels, index.sample_rate) == (10_000, 10_000, 2, 8000)
    assert not raw.exists()
    samples, rate = sf.read(store.path(index.file), dtype="int16")
    assert rate == 8000
    assert samples.shape == (80_000, 2)
    assert 7900 < samples[:, 0].max() <= 8000
    assert 3900 < samples[:, 1].max() <= 4000
    assert index.bytes == store.path(index.file).stat().st_size
    assert nodes(engine) == [NodeKind.RECORDING_CHECKED]
    with read_scope(engine) as session:
        assert [event.type for event in session.scalars(select(LiveEvent))] == ["recording.finished"]
    assert finish_all(engine, store) == []


@pytest.mark.parametrize(
    ("seconds", "left", "right", "state", "kinds"),
    [
        (5.0, 8000, 4000, RecordingState.SHORT, [NodeKind.RECORDING_SHORT]),
        (9.5, 8000, 4000, RecordingState.OK, [NodeKind.RECORDING_CHECKED]),
        (10.0, 8, 4, RecordingState.SILENT, [NodeKind.RECORDING_SILENT]),
        (10.0, 8000, 0, RecordingState.SILENT, [NodeKind.RECORDING_SILENT]),
        (3.0, 0, 0, RecordingState.SHORT, [NodeKind.RECORDING_SHORT, NodeKind.RECORDING_SILENT]),
    ],
)
def test_a_faulty_recording_is_kept_and_said_to_be_faulty(
    engine: Engine,
    store: RecordingStore,
    seconds: float,
    left: int,
    right: int,
    state: RecordingState,
    kinds: list[NodeKind],
) -> None:
    write_raw(store, seconds, left=left, right=right)
    assert finish_all(engine, store) == [state]
    assert nodes(engine) == kinds
    assert store.path(row(engine).file).exists()


@pytest.mark.parametrize(
    ("received", "state", "kind"),
    [
        ("499", RecordingState.OK, NodeKind.RECORDING_CHECKED),
        ("0", RecordingState.SILENT, NodeKind.RECORDING_SILENT),
        ("", RecordingState.OK, NodeKind.RECORDING_CHECKED),
    ],
)
def test_a_passenger_who_says_nothing_is_no_fault_but_a_dead_line_is(
    engine: Engine, store: RecordingStore, received: str, state: RecordingState, kind: NodeKind
) -> None:
    with session_scope(engine) as session:
        call = session.scalars(select(Call)).one()
        fields = {"file": f"{CALL}.raw", "received": received}
        fact = Fact(Event.RECORDING_FINISHED, STARTED, "node1", CALL, fields=fields)
        append_node(session, reduce(fact, answered=True).node, SYSTEM, call=call)
    write_raw(store, 10.0, left=8, right=4000)
    assert finish_all(engine, store) == [state]
    assert nodes(engine) == [NodeKind.RECORDING_FINISHED, kind]
    with read_scope(engine) as session:
        assert session.scalars(select(Node).order_by(Node.id.desc())).first().detail["quiet"] == "passenger"  # type: ignore[union-attr]


def test_a_missing_recording_is_a_node_once_it_cannot_come_any_more(engine: Engine, store: RecordingStore) -> None:
    assert finish_all(engine, store, STARTED + timedelta(seconds=12)) == [None]
    assert nodes(engine) == []
    assert finish_all(engine, store, STARTED + timedelta(seconds=16)) == [RecordingState.MISSING]
    assert nodes(engine) == [NodeKind.RECORDING_MISSING]


def test_after_an_older_database_was_restored_the_finished_file_counts(engine: Engine, store: RecordingStore) -> None:
    raw = write_raw(store, 10)
    [item] = pending(engine)
    made = convert(raw, store.path(store.finished_name(item.call_id, item.started_at)))
    raw.unlink()
    assert finish_all(engine, store) == [RecordingState.OK]
    assert (row(engine).sha256, row(engine).duration_ms) == (made.sha256, 10_000)
    assert nodes(engine) == [NodeKind.RECORDING_CHECKED]


def test_what_the_switch_still_writes_is_left_alone(engine: Engine, store: RecordingStore) -> None:
    raw = write_raw(store, 10)
    raw.touch()
    assert finish_all(engine, store) == [None]
    assert raw.exists()


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


@pytest.mark.parametrize("point", ["convert", "replace", "_note", "unlink"])
def test_killed_at_any_point_it_is_finished_once(
    engine: Engine, store: RecordingStore, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    raw = write_raw(store, 10)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        if point in {"convert", "_note"}:
            broken.setattr(finishing, point, die)
        else:
            broken.setattr(type(raw), point, die)
        with pytest.raises(Killed):
            finish_all(engine, store)
    finish_all(engine, store)
    clear_leftovers(engine, store)
    index = row(engine)
    assert index.state is RecordingState.OK
    assert nodes(engine) == [NodeKind.RECORDING_CHECKED]
    assert store.path(index.file).stat().st_size == index.bytes
    assert not raw.exists()


def test_a_raw_file_nobody_knows_is_never_removed(engine: Engine, store: RecordingStore) -> None:
    stranger = store.raw("node1-1.9.raw")
    stranger.write_bytes(b"\x00" * 4000)
    assert clear_leftovers(engine, store) == 0
    assert stranger.exists()


def test_a_clock_step_during_the_call_does_not_make_it_short(engine: Engine, store: RecordingStore) -> None:
    assert expected_ms(STARTED, STARTED + timedelta(seconds=3610), 3_600_000) == 10_000
    assert expected_ms(STARTED, STARTED - timedelta(seconds=3590), -3_600_000) == 10_000
    assert expected_ms(STARTED, STARTED - timedelta(seconds=5)) == 0


def test_the_integrity_check_names_missing_and_altered_files(engine: Engine, store: RecordingStore) -> None:
    write_raw(store, 10)
    finish_all(engine, store)
    assert check_all(engine, store, LATER) == []
    path = store.path(row(engine).file)
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"\xff\xff")
    findings = check_all(engine, store, LATER)
    assert [(finding.file, finding.state) for finding in findings] == [(row(engine).file, RecordingState.ALTERED)]
    assert nodes(engine)[-1] is NodeKind.RECORDING_ALTERED
    assert check_all(engine, store, LATER) == []


def test_nothing_is_deleted_within_a_year(store: RecordingStore) -> None:
    with pytest.raises(ValueError, match="365"):
        Retention(364)
    file = store.root / "2026" / "a.wav"
    file.parent.mkdir()
    file.write_bytes(b"x")
    retention = Retention(365)
    with pytest.raises(RetentionError) as refused:
        retention.delete(store, "2026/a.wav", STARTED, STARTED + timedelta(days=365, seconds=-1))
    assert refused.value.until == STARTED + timedelta(days=365)
    assert file.exists()
    retention.delete(store, "2026/a.wav", STARTED, STARTED + timedelta(days=365))
    assert not file.exists()


def test_the_waveform_shows_who_speaks_when(store: RecordingStore, tmp_path: Path) -> None:
    raw = write_raw(store, 2)
    data = np.frombuffer(raw.read_bytes(), "<i2").reshape(-1, 2).copy()
    data[8000:, 0] = 0
    raw.write_bytes(data.tobytes())
    convert(raw, tmp_path / "a.wav")
    drawn = peaks(tmp_path / "a.wav", 10)
    assert drawn["duration_ms"] == 2000
    assert len(drawn["passenger"]) == 10
    assert drawn["passenger"][0] == pytest.approx(8000 / 32768, abs=0.01)
    assert drawn["passenger"][9] == 0
    assert drawn["others"][9] == pytest.approx(4000 / 32768, abs=0.01)


def test_reading_ranges_stays_inside_the_folder(store: RecordingStore) -> None:
    (store.root / "a.wav").write_bytes(bytes(range(100)))
    assert b"".join(store.read("a.wav", 10, 20)) == bytes(range(10, 20))
    assert b"".join(store.read("a.wav", 95)) == bytes(range(95, 100))
    for name in ("../secret", "/etc/passwd", ""):
        with pytest.raises(OutsideError):
            store.path(name)
    assert store.raw("../../etc/passwd").parent == store.raw_dir


def test_the_finisher_runs_by_itself(engine: Engine, store: RecordingStore) -> None:
    import threading  # noqa: PLC0415

    from switch.finisher import Finisher  # noqa: PLC0415

    write_raw(store, 10)
    stop = threading.Event()
    finisher = Finisher(engine, store)
    thread = threading.Thread(target=finisher.run, args=(stop,))
    thread.start()
    try:
        until(lambda: finisher.finished == 1, what="finished")
    finally:
        stop.set()
        thread.join()
    assert row(engine).state is RecordingState.OK
    assert row(engine).ended_at == STARTED.astimezone(UTC) + timedelta(seconds=10)
