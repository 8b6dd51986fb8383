"""Every time that the notice lists (三 (一) ①–④) arrives, to the second, for one entrapment from press to closing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from sqlalchemy import select

from escalation.events import Acknowledge, Arrive, Close, Closing, Release
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.plan import Role
from escalation.states import Classification
from forwarding.openapi import FILE, openapi_text
from store.models import Call, CallKind, Incident, Lift, NodeSource, Organization, Person, Phone
from store.services import Recorded, append_node, apply_incident_event
from store.session import session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from forwarding_world import City, Office

BEIJING = timezone(timedelta(hours=8))
MOBILE = "PJSIP/13800000001@trunk"


def whole_entrapment(office: Office) -> dict[str, datetime]:
    """One press: the guard does not answer, the maintainer does and talks, the centre takes command, all ends well."""
    number = office.press(office.given_lift())
    begun = office.clock.now
    at: dict[str, datetime] = {"alarm": begun}

    def later(name: str, seconds: float) -> datetime:
        at[name] = begun + timedelta(seconds=seconds)
        return at[name]

    with session_scope(office.engine) as session:
        row = session.scalars(select(Incident).where(Incident.number == number)).one()
        call = Call(
            incident=row, lift=row.lift, call_id="node1-1.1", switch_node="node1", kind=CallKind.ALARM, started_at=begun
        )
        session.add(call)
        session.flush()
        said: list[tuple[NodeKind, datetime, dict[str, object]]] = [
            (NodeKind.ALARM_RAISED, begun, {}),
            (NodeKind.TIER_STARTED, later("tier1", 1), {"role": Role.PROPERTY, "tier": 1}),
            (NodeKind.LEG_FAILED, later("unanswered", 16.2), {"role": Role.PROPERTY, "target": "PJSIP/guard-1"}),
            (NodeKind.LEG_ACCEPTED, later("answered", 24.9), {"role": Role.MAINTAINER, "target": MOBILE}),
            (NodeKind.TALK_ENDED, later("talked", 87.9), {"target": MOBILE}),
            (NodeKind.TIER_STARTED, later("centre", 92), {"role": Role.CENTRE, "tier": 3}),
        ]  # fmt: skip
        for place, (kind, moment, columns) in enumerate(said):
            draft = NodeDraft(kind, moment, "node1", **columns)  # type: ignore[arg-type]
            recorded = Recorded(NodeSource.JOURNAL, segment="s", offset=place)
            append_node(session, draft, recorded, incident=row, call=call)
            if kind is NodeKind.LEG_ACCEPTED:
                apply_incident_event(session, row, Acknowledge(Role.MAINTAINER, draft.target), moment, call=call)
        closing = Closing(Classification.ENTRAPMENT, "0303")
        apply_incident_event(session, row, Arrive(), later("arrived", 900))
        apply_incident_event(session, row, Release(people=2), later("released", 1500.7))
        apply_incident_event(session, row, Close(closing), later("closed", 1800))
    return at


def test_all_times_of_an_entrapment_arrive_to_the_second(office: Office, city: City) -> None:
    at = whole_entrapment(office)
    office.drain()

    def told(name: str) -> str:
        return at[name].astimezone(BEIJING).replace(microsecond=0).isoformat()

    closed = [message for message in city.messages() if message["kind"] == "incident.closed"]
    assert len(closed) == 1
    record, lift, place = closed[0]["incident"], closed[0]["lift"], closed[0]["place"]
    assert lift == {
        "device_code": "31101301022019000001",
        "registration_no": "梯11冀A00001(19)",
        "rescue_no": "300001",
    }
    assert place["community"] == "阳光小区"
    assert record["alarm"] == "一键报警"
    times = {
        "alarm_at": "alarm",
        "acknowledged_at": "answered",
        "transferred_at": "centre",
        "arrived_at": "arrived",
        "released_at": "released",
        "closed_at": "closed",
    }
    assert {name: record[name] for name in times} == {name: told(of) for name, of in times.items()}
    assert (record["acknowledged_by_role"], record["acknowledged_by"]) == ("maintainer", "维保员 1")
    assert [(talk["at"], talk["seconds"]) for talk in record["talks"]] == [(told("answered"), 63)]
    assert record["talk_seconds"] == 63
    assert [(one["role"], one["at"]) for one in record["unanswered"]] == [("property", told("unanswered"))]
    assert record["rescue_seconds"] == 1500
    assert (record["classification"], record["cause_code"]) == ("困人", "0303")
    items = {message["node"]["item"] for message in city.messages() if message["node"]}
    assert {"③困人报警时间（一键报警）", "②③确认响应时间", "③未接听", "③通话时长", "③脱困时间"} <= items
    assert all(
        message["node"]["at"] == datetime.fromtimestamp(message["happened_at_ms"] // 1000, BEIJING).isoformat()
        for message in city.messages()
        if message["node"]
    )


def change(office: Office, work: Callable[[Lift], object]) -> None:
    with session_scope(office.engine) as session:
        lift = session.get_one(Lift, office.lifts[0])
        work(lift)


def test_each_change_of_base_data_arrives_at_once(office: Office, city: City) -> None:
    lift = office.given_lift()
    other = office.given_lift()
    office.drain()
    before = len(city.messages(f"lift:{other}"))

    def maintainer(row: Lift) -> Organization:
        assert row.maintainer is not None
        return row.maintainer

    def latest() -> dict[str, object]:
        office.drain()
        return dict(city.messages(f"lift:{lift}")[-1]["base_data"])

    change(office, lambda row: setattr(row.property, "name", "新物业"))
    assert latest()["property"]["name"] == "新物业"  # type: ignore[index]
    change(office, lambda row: setattr(maintainer(row).people[0], "name", "新维保员"))
    assert latest()["maintainer"]["people"][0]["name"] == "新维保员"  # type: ignore[index]
    change(office, lambda row: setattr(maintainer(row).phones[0], "address", "13811112222"))
    assert latest()["maintainer"]["people"][0]["phones"][0]["number"] == "13811112222"  # type: ignore[index]
    with session_scope(office.engine) as session:
        owner = session.get_one(Lift, lift).property_id
        session.add(Person(organization_id=owner, name="新值班员"))
    assert [one["name"] for one in latest()["property"]["people"]] == ["新值班员"]  # type: ignore[index]
    sent = len(city.messages(f"lift:{lift}"))
    with session_scope(office.engine) as session:
        session.get_one(Lift, lift).cabin_ha1 = "1" * 32
        session.scalars(select(Phone)).first().ha1 = "2" * 32  # type: ignore[union-attr]
    office.rounds(3, minutes=1)
    assert len(city.messages(f"lift:{lift}")) == sent, "a password is nobody's business"
    assert len(city.messages(f"lift:{other}")) == before, "nor is another lift's data"


def test_the_interface_document_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == openapi_text(), "run: python -m forwarding.openapi"
