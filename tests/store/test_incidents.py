from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from escalation.causes import InvalidClosingError
from escalation.events import Acknowledge, Arrive, Close, Closing, IncidentEvent, Intervene, Reclassify, Release
from escalation.journal import NodeDraft
from escalation.machine import IllegalEventError
from escalation.nodes import NodeKind
from escalation.plan import Role
from escalation.snapshot import from_json
from escalation.states import Classification, IncidentState, Origin
from store.models import Incident, Lift, Node, NodeSource, Phone, User, UserRole
from store.repositories import incidents, live
from store.services import SYSTEM, Recorded, append_node, apply_incident_event, open_incident
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, UTC)
TEST = Close(Closing(Classification.TEST))


def press(engine: Engine, lift_id: int | None, at: datetime = NOW, caller: str | None = None) -> tuple[int, bool]:
    with session_scope(engine) as session:
        lift = session.get(Lift, lift_id) if lift_id is not None else None
        opened = open_incident(session, Origin.PRESS, at, lift=lift, caller=caller)
        return opened.incident.id, opened.created


def test_a_second_press_joins_and_a_press_after_closing_opens_a_new_incident(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    lift = given_lift()
    first, created = press(engine, lift)
    assert created
    assert press(engine, lift, NOW + timedelta(minutes=1)) == (first, False)
    with session_scope(engine) as session:
        apply_incident_event(session, session.get_one(Incident, first), TEST, NOW)
    second, created = press(engine, lift)
    assert created
    assert second != first


def test_presses_of_one_lift_in_the_same_instant_are_one_incident(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    lift = given_lift()
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: press(engine, lift), range(24)))
    assert len({incident for incident, _ in found}) == 1
    assert [created for _, created in found].count(True) == 1


def test_numbers_are_unique_and_without_gaps_however_many_press_at_once(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    lifts = [given_lift() for _ in range(20)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda lift: press(engine, lift), lifts))
    with read_scope(engine) as session:
        numbers = sorted(session.scalars(select(Incident.number)))
    assert numbers == [f"20261122-{n:04d}" for n in range(1, 21)]


def test_the_day_of_a_number_is_the_one_of_shanghai(engine: Engine) -> None:
    before, after = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    ids = [press(engine, None, at)[0] for at in (before, before, after)]
    with read_scope(engine) as session:
        numbers = [session.get_one(Incident, one).number for one in ids]
    assert numbers == ["20261122-0001", "20261122-0002", "20261123-0001"]


def test_an_unknown_caller_has_one_open_incident_and_a_withheld_number_a_new_one_each_time(engine: Engine) -> None:
    first, _ = press(engine, None, caller="13912345678")
    assert press(engine, None, caller="13912345678") == (first, False)
    assert press(engine, None, caller="13912345679")[1]
    assert press(engine, None)[1]
    assert press(engine, None)[1]
    with read_scope(engine) as session:
        assert [tier.role for tier in from_json(session.get_one(Incident, first).plan).tiers] == [Role.CENTRE]


def test_the_database_itself_refuses_a_second_open_incident_of_a_lift(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    lift = given_lift()
    press(engine, lift)
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        session.add(
            Incident(number="x", lift_id=lift, state=IncidentState.RAISED, origin=Origin.PRESS, plan={}, raised_at=NOW)
        )


def test_the_plan_is_copied_and_later_changes_do_not_reach_it(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    with session_scope(engine) as session:
        session.scalars(select(Phone)).one().active = False
    press_again = press(engine, 1)
    assert press_again == (incident, False)
    with read_scope(engine) as session:
        plan = from_json(session.get_one(Incident, incident).plan)
    assert [tier.role for tier in plan.tiers] == [Role.PROPERTY, Role.MAINTAINER, Role.CENTRE]
    assert plan.tiers[0].targets[0].address == "PJSIP/guard-1"


def test_a_rescue_leaves_its_nodes_times_and_live_events(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    steps: list[IncidentEvent] = [
        Acknowledge(Role.PROPERTY, "PJSIP/guard-1"),
        Intervene(),
        Arrive(),
        Release(people=2),
        Close(Closing(Classification.ENTRAPMENT, "0303")),
    ]
    for minute, event in enumerate(steps, 1):
        with session_scope(engine) as session:
            apply_incident_event(session, session.get_one(Incident, incident), event, NOW + timedelta(minutes=minute))
    with read_scope(engine) as session:
        row = session.get_one(Incident, incident)
        nodes = incidents.nodes_of(session, incident)
        types = [event.type for event in live.after(session, 0, 100) if event.type != "node.appended"]
        phone = session.scalars(select(Phone)).one()
    assert [(node.seq, node.kind) for node in nodes] == [
        (1, NodeKind.ACKNOWLEDGED),
        (2, NodeKind.CENTRE_INTERVENED),
        (3, NodeKind.ARRIVED),
        (4, NodeKind.RELEASED),
        (5, NodeKind.CLOSED),
    ]
    assert nodes[0].phone_id == phone.id
    assert nodes[3].detail == {"people": 2}
    assert (row.state, row.closed_at) == (IncidentState.CLOSED, NOW + timedelta(minutes=5))
    assert types == [
        "incident.raised",
        "incident.acknowledged",
        "incident.centre_intervened",
        "incident.arrived",
        "incident.released",
        "incident.closed",
    ]


def test_a_refused_event_changes_nothing(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    refused: list[tuple[type[Exception], IncidentEvent]] = [
        (IllegalEventError, Arrive()),
        (InvalidClosingError, Close(Closing(Classification.ENTRAPMENT, "0303"))),
        (InvalidClosingError, Close(Closing(Classification.TEST, "0303"))),
    ]
    for error, event in refused:
        with pytest.raises(error), session_scope(engine) as session:
            apply_incident_event(session, session.get_one(Incident, incident), event, NOW)
    with read_scope(engine) as session:
        row = session.get_one(Incident, incident)
        assert (row.state, row.node_count, row.classification) == (IncidentState.RAISED, 0, None)
        assert incidents.nodes_of(session, incident) == []


def test_a_reclassification_is_a_new_node_that_names_the_old_one(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    with session_scope(engine) as session:
        user = User(login="op", name="话务员 A", role=UserRole.CENTRE, password_hash="x")
        session.add(user)
        session.flush()
        by = Recorded(NodeSource.API, user_id=user.id)
        row = session.get_one(Incident, incident)
        apply_incident_event(session, row, TEST, NOW, recorded=by)
        apply_incident_event(session, row, Reclassify(Closing(Classification.FALSE_ALARM)), NOW, recorded=by)
        apply_incident_event(session, row, Reclassify(Closing(Classification.COMPLAINT)), NOW, recorded=by)
    with read_scope(engine) as session:
        closed, first, second = incidents.nodes_of(session, incident)
        assert (first.corrects_id, second.corrects_id) == (closed.id, first.id)
        assert {node.user_id for node in (closed, first, second)} == {user.id}
        assert closed.detail == {"classification": "test"}


def test_a_journal_record_becomes_a_node_only_once(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    draft = NodeDraft(NodeKind.LEG_DIALLED, NOW, "node1", 1, Role.PROPERTY, target="PJSIP/guard-1")
    record = Recorded(NodeSource.JOURNAL, "segment", 4711)
    with session_scope(engine) as session:
        append_node(session, draft, record, incident=session.get_one(Incident, incident))
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        append_node(session, draft, record, incident=session.get_one(Incident, incident))
    with session_scope(engine) as session:
        other = NodeDraft(NodeKind.LEG_DIALLED, NOW, "node2")
        append_node(session, other, record, incident=session.get_one(Incident, incident))
    with read_scope(engine) as session:
        assert [node.seq for node in incidents.nodes_of(session, incident)] == [1, 2]


@pytest.mark.parametrize("source", [NodeSource.JOURNAL, NodeSource.API])
def test_only_journal_nodes_name_a_journal_record_and_all_of_them_do(engine: Engine, source: NodeSource) -> None:
    place = (None, None) if source is NodeSource.JOURNAL else ("segment", 1)
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        append_node(session, NodeDraft(NodeKind.NOTE, NOW, "node1"), Recorded(source, *place))


def test_collector_and_api_append_to_one_incident_at_once_without_twins_or_gaps(
    engine: Engine, given_lift: Callable[[], int]
) -> None:
    incident, _ = press(engine, given_lift())

    def note(number: int) -> None:
        with session_scope(engine) as session:
            row = session.get_one(Incident, incident)
            append_node(session, NodeDraft(NodeKind.NOTE, NOW, "", detail={"n": number}), SYSTEM, incident=row)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    with read_scope(engine) as session:
        assert sorted(session.scalars(select(Node.seq))) == list(range(1, 41))
        assert session.get_one(Incident, incident).node_count == 40


def test_two_clicks_in_the_same_instant_acknowledge_once(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())

    def click(second: int) -> None:
        with session_scope(engine) as session:
            row = session.get_one(Incident, incident)
            apply_incident_event(session, row, Acknowledge(), NOW + timedelta(seconds=second))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(8)))
    with read_scope(engine) as session:
        assert [node.kind for node in incidents.nodes_of(session, incident)] == [NodeKind.ACKNOWLEDGED]


def test_a_lock_that_a_savepoint_gave_up_is_taken_again(engine: Engine, given_lift: Callable[[], int]) -> None:
    incident, _ = press(engine, given_lift())
    draft = NodeDraft(NodeKind.NOTE, NOW, "")
    with session_scope(engine) as session:
        row = session.get_one(Incident, incident)
        nested = session.begin_nested()
        append_node(session, draft, SYSTEM, incident=row)
        nested.rollback()
        append_node(session, draft, SYSTEM, incident=row)
        append_node(session, draft, SYSTEM, incident=row)
    with read_scope(engine) as session:
        assert [node.seq for node in incidents.nodes_of(session, incident)] == [1, 2]
