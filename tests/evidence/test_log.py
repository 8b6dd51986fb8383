"""Every fact is a leaf, written with it, without a gap and in the order of the commits, on both databases."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evidence_world import Postgres, add_alarm, add_lift, given_place
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

import store
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.states import IncidentState, Origin
from evidence.core.frontier import Frontier
from evidence.core.hashing import leaf_hash
from evidence.core.proofs import root_from_inclusion
from evidence.log.heads import RewrittenError, sign_now
from evidence.log.reader import LogReader
from store.facts import FACTS
from store.migrations.guards import APPEND_ONLY, drop_guard
from store.models import Incident, Lift, LogLeaf, Node, NodeSource, Recording, RecordingState
from store.services import SYSTEM, append_node, open_incident
from store.session import make_engine, read_scope, session_scope

NOW = datetime(2026, 11, 22, 2, 0, 0, 123456, UTC)
WRITERS = 8
EACH = 12


def leaves(engine: Engine) -> list[LogLeaf]:
    with read_scope(engine) as session:
        return list(session.scalars(select(LogLeaf).order_by(LogLeaf.index)))


def disagreeing(engine: Engine) -> list[str]:
    """Facts whose row, read back, does not give the hash of its leaf."""
    found = []
    with engine.connect() as connection:
        for name, fact in FACTS.items():
            columns = fact.select_list(engine.dialect.name)
            rows = connection.exec_driver_sql(
                f"select t.id, l.hash, {columns} from {fact.table.name} t "  # noqa: S608 - names of ours
                f"left join log_leaves l on l.fact = '{name}' and l.record_id = t.id where {fact.where}"
            )
            for record, digest, *values in rows:
                if digest is None or leaf_hash(fact.bytes_of_values(values)) != bytes(digest):
                    found.append(f"{name} {record}")
    return found


def note(session, n: int, **detail: object) -> Node:  # noqa: ANN001
    return append_node(session, NodeDraft(NodeKind.NOTE, NOW, "node1", detail={"n": n, **detail}), SYSTEM)  # type: ignore[arg-type]


def test_every_fact_of_an_alarm_is_a_leaf_that_its_row_gives_again(url: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    with session_scope(engine) as session:
        lift_id = add_lift(session, 1).id
    with session_scope(engine) as session:
        add_alarm(session, session.get_one(Lift, lift_id), NOW, 1, tmp_path / "recordings")
    with session_scope(engine) as session:
        open_incident(session, Origin.PRESS, NOW, lift=None, caller="13900000000")
    with session_scope(engine) as session:
        session.add(
            Incident(number="x", origin=Origin.PRESS, state=IncidentState.CLOSED, plan={}, place=None, raised_at=NOW)
        )
    with session_scope(engine) as session:  # detail as awkward as JSON gets
        note(session, 1, z=1.0, a=1e22, b=-0.0, c=2**60, 中="张\u2028三", d={"y": [1.5, None]})
    kinds = {leaf.fact for leaf in leaves(engine)}
    assert kinds == {"incident", "call", "node", "recording"}
    assert disagreeing(engine) == []
    engine.dispose()


def test_a_recording_becomes_a_leaf_once_when_it_is_finished(url: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    with session_scope(engine) as session:
        add_alarm(session, add_lift(session, 1), NOW, 1, None)
    assert "recording" not in {leaf.fact for leaf in leaves(engine)}
    for state in (RecordingState.SHORT, RecordingState.MISSING):
        with session_scope(engine) as session:
            session.scalars(select(Recording)).one().state = state
    assert [leaf.fact for leaf in leaves(engine)].count("recording") == 1
    assert disagreeing(engine) == []
    engine.dispose()


def test_names_stay_as_they_were_when_the_base_data_changes(url: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    with session_scope(engine) as session:
        add_alarm(session, add_lift(session, 1), NOW, 1, None)
    with session_scope(engine) as session:
        session.execute(text("update people set name = '别人'"))
        session.execute(text("update lifts set name = '别处'"))
    with read_scope(engine) as session:
        who = {node.who for node in session.scalars(select(Node).where(Node.target.is_not(None)))}
        place = session.execute(text("select place from incidents")).scalar_one()
    assert who == {"值班员 1"}
    assert "阳光小区 1 号梯" in (place["name"] if isinstance(place, dict) else place.encode().decode("unicode_escape"))
    assert disagreeing(engine) == []
    engine.dispose()


def test_writers_side_by_side_leave_no_gap_and_no_twin(url: str) -> None:
    engine = make_engine(url, pool_size=WRITERS)

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for number in range(EACH):
            with session_scope(engine) as session:
                note(session, number)
                if engine.dialect.name == "postgresql":
                    session.execute(text("select pg_sleep(:s)"), {"s": chance.random() * 0.01})
                with session.begin_nested():
                    note(session, number)
                lost = session.begin_nested()
                note(session, -1)
                lost.rollback()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    found = leaves(engine)
    assert [leaf.index for leaf in found] == list(range(WRITERS * EACH * 2))
    assert len({leaf.record_id for leaf in found}) == len(found)
    assert disagreeing(engine) == []
    engine.dispose()


def test_a_transaction_that_fails_leaves_no_leaf(url: str) -> None:
    engine = make_engine(url)

    def fail() -> None:
        with session_scope(engine) as session:
            note(session, 1)
            session.execute(text("select nonsense"))

    with pytest.raises(DBAPIError):
        fail()
    with session_scope(engine) as session:
        note(session, 2)
    assert [leaf.index for leaf in leaves(engine)] == [0]
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        *(
            f"{verb} {table}{' set ' + column + ' = ' + column if verb == 'update' else ''}"
            for table, column in (
                ("nodes", "seq"),
                ("log_leaves", "hash"),
                ("log_heads", "note"),
                ("log_keys", "verifier"),
                ("incidents", "number"),
                ("incidents", "place"),
                ("calls", "call_id"),
                ("recordings", "call_id"),
            )
            for verb in ("update", "delete from")
        ),
        "update recordings set sha256 = 'x'",
        "update recordings set state = 'recording'",
    ],
)
def test_the_database_refuses_to_change_what_is_covered(url: str, tmp_path: Path, statement: str) -> None:
    place = given_place(tmp_path / "home", database_url=url)
    with session_scope(place.engine) as session:
        add_alarm(session, add_lift(session, 1), NOW, 1, tmp_path / "recordings")
    place.sign()
    with pytest.raises(DBAPIError, match="only ever appended"), place.engine.begin() as connection:
        connection.execute(text(statement))
    place.engine.dispose()


def test_what_may_change_still_does(url: str, tmp_path: Path) -> None:
    engine = make_engine(url)
    with session_scope(engine) as session:
        add_alarm(session, add_lift(session, 1), NOW, 1, tmp_path / "recordings")
    with engine.begin() as connection:
        connection.execute(text("update recordings set state = 'missing'"))
        connection.execute(text("update calls set end_cause = '16'"))
        connection.execute(text("update incidents set cause_text = 'x'"))
    assert disagreeing(engine) == []
    engine.dispose()


def test_proofs_from_tiles_lead_to_the_signed_root(url: str, tmp_path: Path) -> None:
    place = given_place(tmp_path / "home", database_url=url)
    for _ in range(3):
        with session_scope(place.engine) as session:
            for number in range(300):
                note(session, number)
        place.sign()
    with read_scope(place.engine) as session:
        assert session.execute(text("select count(*) from log_tiles")).scalar_one() == 3
        found = leaves(place.engine)
        reader = LogReader(session)
        size = reader.size()
        root = reader.root(0, size)
        for index in (0, 255, 256, 700, size - 1):
            path = LogReader(session).inclusion(index, size)
            assert root_from_inclusion(index, size, bytes(found[index].hash), path) == root
    place.engine.dispose()


def test_roots_and_proofs_are_right_on_every_level_with_tiles_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("evidence.log.reader.TILE_BITS", "evidence.log.reader.TILE"):
        monkeypatch.setattr(module, 2 if module.endswith("BITS") else 4)  # small tiles: five levels in 300 leaves
    (tmp_path / "home").mkdir()
    place = given_place(tmp_path / "home")
    store.migrate(place.settings.database_url)
    with session_scope(place.engine) as session:
        for number in range(300):
            note(session, number)
    hashes = [bytes(leaf.hash) for leaf in leaves(place.engine)]

    def agrees() -> bool:
        with read_scope(place.engine) as session:
            reader = LogReader(session)
            for size in (1, 4, 17, 64, 255, 256, 300):
                tree = Frontier()
                tree.extend(hashes[:size])
                if reader.root(0, size) != tree.root():
                    return False
                for index in (0, size // 2, size - 1):
                    path = reader.inclusion(index, size)
                    if root_from_inclusion(index, size, hashes[index], path) != tree.root():
                        return False
        return True

    assert agrees()
    place.sign()
    with read_scope(place.engine) as session:
        assert session.execute(text("select max(level) from log_tiles")).scalar_one() == 4
    assert agrees()
    place.engine.dispose()


def test_nothing_is_signed_over_a_log_that_was_rewritten(url: str, tmp_path: Path) -> None:
    place = given_place(tmp_path / "home", database_url=url)
    with session_scope(place.engine) as session:
        note(session, 1)
        note(session, 2)
    place.sign()
    other = "zeroblob(32)" if place.engine.dialect.name == "sqlite" else "decode(repeat('00', 32), 'hex')"
    place.tamper(f'update log_leaves set hash = {other} where "index" = 1')  # noqa: S608 - two literals
    with pytest.raises(RewrittenError):
        sign_now(place.engine, place.ring.signer(NOW), NOW)
    place.engine.dispose()


def test_rows_of_before_the_log_are_logged_by_the_migration(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    store.migrate(url, "20261124_lines")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("insert into organizations (id, kind, name, active) values (1, 'property', '物业', 1)"))
        connection.execute(text("insert into people (id, organization_id, name, active) values (1, 1, '值班员', 1)"))
        connection.execute(
            text(
                "insert into nodes (id, kind, at, seq, detail, source, person_id) "
                "values (3, 'note', '2026-11-22 02:00:00.123456', 0, '{\"b\": 1, \"a\": 2}', 'system', 1)"
            )
        )
    store.migrate(url)
    assert [(leaf.fact, leaf.record_id) for leaf in leaves(engine)] == [("node", 3)]
    assert disagreeing(engine) == []
    with read_scope(engine) as session:
        assert session.scalars(select(Node.who)).one() == "值班员"
        assert session.scalars(select(Node.source)).one() is NodeSource.SYSTEM
    engine.dispose()


@pytest.mark.xdist_group("evidence-postgresql")
def test_with_the_rights_we_document_a_role_can_do_its_work_and_change_no_record(
    postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.create()
    store.migrate(url)
    owner = make_engine(url)
    grants = (Path(__file__).parents[2] / "deploy/postgres/grants.sql").read_text(encoding="utf-8")
    with owner.begin() as connection:
        connection.execute(text("create role liftline_app login"))
        connection.exec_driver_sql(grants.replace(':"app"', "liftline_app").replace("%", "%%"))
        for table in APPEND_ONLY:  # what is tested is the rights, not the triggers
            for statement in drop_guard("postgresql", table):
                connection.execute(text(statement))
    owner.dispose()
    place = given_place(tmp_path / "home", database_url=url.replace("//liftline@", "//liftline_app@"))
    with session_scope(place.engine) as session:
        add_alarm(session, add_lift(session, 1), NOW, 1, tmp_path / "home" / "recordings")
    place.sign()
    assert place.check().findings == []
    for statement in (
        "update nodes set seq = 1",
        "delete from nodes",
        "update incidents set number = 'x'",
        "delete from incidents",
        "update recordings set call_id = 1",
        "update log_leaves set hash = hash",
        "delete from log_heads",
        "truncate log_leaves",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), place.engine.begin() as connection:
            connection.execute(text(statement))
    place.engine.dispose()
