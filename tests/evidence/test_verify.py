"""`verify` names whatever was missing, added, altered or put in another place."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from evidence_world import Place, WitnessServer, add_alarm, add_lift, attest_now, given_place
from sqlalchemy import text
from typer.testing import CliRunner

from evidence.core.notes import Head, sign_head
from evidence.log.heads import HEADS_FILE
from evidence.verify.chunks import Job, check_chunk
from evidence.verify.incident import verify_incident
from evidence.verify.run import Extent
from liftline.commands import verify as command
from liftline.settings import get_settings
from store.models import Lift
from store.session import session_scope

if TYPE_CHECKING:
    from pathlib import Path

LEAVES = 27
"""Of the filled instance: three incidents, three calls, eighteen nodes, two recordings, the key."""


def test_what_nobody_touched_agrees(place: Place) -> None:
    report = place.check()
    assert report.findings == []
    assert (report.leaves, report.records, report.files, report.heads) == (LEAVES, LEAVES, 2, 1)
    assert report.remarks == ["no witness is configured: against the log's own owner this proves nothing"]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update nodes set target = 'PJSIP/guard-9' where id = 4", ("altered", "node 4")),
        ('update nodes set detail = \'{"via": "sip "}\' where id = 1', ("altered", "node 1")),
        ("update nodes set who = null where id = 4", ("altered", "node 4")),
        ("update incidents set place = '{}' where id = 2", ("altered", "incident 2")),
        ("update calls set incident_id = 2 where id = 1", ("altered", "call 1")),
        ("delete from nodes where id = 6", ("missing", "node 6")),
        ("delete from recordings where id = 2", ("missing", "recording 2")),
        ("update log_keys set at = '2020-01-01 00:00:00.000000'", ("altered", "key 1")),
    ],
)
def test_an_altered_or_deleted_record_is_named(place: Place, statement: str, found: tuple[str, str]) -> None:
    place.tamper(statement)
    assert found in place.found()


def test_an_inserted_record_is_named(place: Place) -> None:
    place.tamper(
        "insert into nodes (kind, at, seq, detail, source, incident_id) "
        "values ('arrived', '2026-11-22 02:00:00.000000', 99, '{}', 'system', 1)"
    )
    (found,) = place.found()
    assert found[0] == "added"
    assert found[1].startswith("node ")


def test_two_records_that_changed_places_are_named(place: Place) -> None:
    place.tamper(
        "update nodes set id = -1 where id = 2",
        "update nodes set id = 2 where id = 3",
        "update nodes set id = 3 where id = -1",
    )
    assert place.found() == [("reordered", "node 2"), ("reordered", "node 3")]


def test_two_leaves_that_changed_places_are_named(place: Place) -> None:
    with place.engine.connect() as connection:
        query = "select \"index\" from log_leaves where fact = 'node' and record_id in (2, 3) order by record_id"
        first, second = connection.execute(text(query)).scalars()
    place.tamper(
        f'update log_leaves set "index" = -1 where "index" = {first}',  # noqa: S608 - numbers
        f'update log_leaves set "index" = {first} where "index" = {second}',  # noqa: S608 - numbers
        f'update log_leaves set "index" = {second} where "index" = -1',  # noqa: S608 - numbers
    )
    found = place.found()
    assert ("altered", f"the first {LEAVES} leaves") in found
    assert ("reordered", f"leaf {second} (node 2)") in found


def test_a_record_altered_together_with_its_leaf_does_not_agree_with_the_head(place: Place) -> None:
    with place.engine.connect() as connection:
        query = text("select \"index\" from log_leaves where fact = 'node' and record_id = 4")
        leaf = connection.execute(query).scalar_one()
    place.tamper("update nodes set target = 'x' where id = 4")
    job = Job(place.settings.database_url, 0, LEAVES, 0, LEAVES, ())
    (suspect,) = check_chunk(job).suspects
    from evidence.core.hashing import leaf_hash  # noqa: PLC0415
    from store.facts import FACTS  # noqa: PLC0415

    digest = leaf_hash(FACTS["node"].bytes_of_values(suspect.values)).hex()
    place.tamper(f"update log_leaves set hash = x'{digest}' where \"index\" = {leaf}")  # noqa: S608 - hexadecimal
    assert place.found() == [("altered", f"the first {LEAVES} leaves")]


def test_a_missing_leaf_is_named(place: Place) -> None:
    place.tamper('delete from log_leaves where "index" = 10')
    found = place.found()
    assert ("missing", "leaf 10") in found
    assert [trouble for trouble, _ in found].count("added") == 1


def test_an_altered_missing_or_added_file_is_named(place: Place) -> None:
    first, second = sorted(place.settings.recordings_dir.rglob("*.wav"))
    data = bytearray(first.read_bytes())
    data[5000] ^= 1
    first.write_bytes(data)
    second.rename(second.with_name("other.wav"))
    folder = second.parent.relative_to(place.settings.recordings_dir)
    assert place.found() == [
        ("altered", f"file {folder}/{first.name} (recording 1)"),
        ("missing", f"file {folder}/{second.name} (recording 2)"),
        ("added", f"file {folder}/other.wav"),
    ]


def test_a_head_in_the_place_of_another_is_named(place: Place) -> None:
    signer = place.ring.signer(datetime.now(UTC))
    forged = sign_head(Head(signer.name, LEAVES, bytes(32), datetime.now(UTC)), signer)
    place.tamper(f"update log_heads set note = '{forged}', root = x'{bytes(32).hex()}'")  # noqa: S608 - of ours
    found = place.found()
    assert ("altered", f"the first {LEAVES} leaves") in found
    assert any(trouble == "rolled_back" and what.startswith(f"head of {LEAVES} leaves") for trouble, what in found)


def test_a_head_that_the_key_did_not_sign_is_named(place: Place) -> None:
    place.tamper("update log_heads set note = replace(note, 'time 20', 'time 19')")
    assert ("forged", "head 1") in place.found()


def test_an_old_backup_in_the_databases_place_is_named(place: Place, tmp_path: Path) -> None:
    database = place.settings.home / "liftline.db"
    with sqlite3.connect(database) as source, sqlite3.connect(tmp_path / "backup.db") as target:
        source.backup(target)
    with session_scope(place.engine) as session:
        add_alarm(session, session.get_one(Lift, 3), datetime.now(UTC), 9, None)
    place.sign()
    assert place.found() == []
    place.engine.dispose()
    for left in place.settings.home.glob("liftline.db*"):
        left.unlink()
    shutil.copy(tmp_path / "backup.db", database)
    assert [trouble for trouble, _ in place.found()] == ["rolled_back"]


def test_an_old_backup_is_known_to_a_witness_even_when_all_copies_were_cut(
    place: Place, tmp_path: Path, witness: WitnessServer
) -> None:
    watched = given_place(place.settings.home, evidence_witnesses=witness.setting)
    witness.start([str(watched.ring.signer(datetime.now(UTC)).verifier)])
    database = place.settings.home / "liftline.db"
    with sqlite3.connect(database) as source, sqlite3.connect(tmp_path / "backup.db") as target:
        source.backup(target)
    with session_scope(place.engine) as session:
        add_alarm(session, session.get_one(Lift, 3), datetime.now(UTC), 9, None)
    watched.sign()
    attest_now(watched)
    assert watched.found() == []
    watched.engine.dispose()
    place.engine.dispose()
    for left in place.settings.home.glob("liftline.db*"):
        left.unlink()
    shutil.copy(tmp_path / "backup.db", database)
    (place.settings.evidence_dir / HEADS_FILE).unlink()
    assert [trouble for trouble, _ in watched.found()] == ["rolled_back"]
    watched.engine.dispose()


def test_a_key_that_nobody_handed_over_is_named(place: Place) -> None:
    place.ring.rotate(datetime.now(UTC))
    place.sign()
    assert place.found() == []
    key = place.ring.signer(datetime.now(UTC)).verifier.key_id.hex()
    place.tamper("update log_keys set signature = null where id = 2")
    assert ("forged", f"key {key}") in place.found()


def test_a_range_checks_what_was_logged_then(place: Place) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    with session_scope(place.engine) as session:
        add_alarm(session, session.get_one(Lift, 3), datetime.now(UTC), 9, None)
    place.sign()
    place.tamper("update nodes set target = 'x' where id = 4")
    assert place.check(Extent(until=later)).findings != []
    assert place.check(Extent(since=later)).findings == []
    assert place.check(Extent(since=later)).leaves == place.check().leaves


def test_one_incident_alone(place: Place) -> None:
    assert verify_incident(place.settings, place.number(1)).findings == []
    place.tamper("update nodes set target = 'x' where id = 4", "delete from nodes where id = 10")
    assert [str(one.what) for one in verify_incident(place.settings, place.number(1)).findings] == ["node 4"]
    other = verify_incident(place.settings, place.number(2))
    assert {one.trouble.value for one in other.findings} == {"missing"}
    assert "node 10" in {one.what for one in other.findings}


def test_processes_side_by_side_find_the_same(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = given_place(tmp_path / "home", database_url=url)
    with session_scope(place.engine) as session:
        add_lift(session, 1)
    for number in range(4):
        with session_scope(place.engine) as session:
            add_alarm(session, session.get_one(Lift, 1), datetime.now(UTC), number, None)
        place.sign()
    monkeypatch.setattr("evidence.verify.run.CHUNK", 16)
    assert place.check(processes=2).findings == []
    place.tamper("update nodes set target = 'x' where id = 12")
    assert [one.what for one in place.check(processes=2).findings] == ["node 12"]
    place.engine.dispose()


def test_the_command_says_it_with_its_exit_code(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: place.settings)
    from liftline.cli import app  # noqa: PLC0415

    run = CliRunner().invoke
    good = run(app, ["verify", "--json"])
    assert (good.exit_code, json.loads(good.stdout)["ok"]) == (0, True)
    place.tamper("update nodes set target = 'x' where id = 4")
    bad = run(app, ["verify", "--json"])
    assert (bad.exit_code, json.loads(bad.stdout)["findings"][0]["what"]) == (1, "node 4")
    assert run(app, ["verify"]).exit_code == 1
    assert run(app, ["verify", "--incident", "20200101-0001"]).exit_code == 2
    get_settings.cache_clear()
