from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from escalation.causes import InvalidClosingError
from escalation.effects import AppendNode, LiveType, Publish
from escalation.events import (
    Abandon,
    Acknowledge,
    Arrive,
    Close,
    Closing,
    IncidentEvent,
    Intervene,
    Raise,
    Reclassify,
    Release,
    StandDown,
)
from escalation.machine import IllegalEventError, apply, raise_incident
from escalation.nodes import NodeKind
from escalation.plan import CENTRE_ONLY
from escalation.states import Classification, EventKind, IncidentState, Origin
from escalation.table import CLOSABLE, TRANSITIONS

if TYPE_CHECKING:
    from escalation.incident import Incident

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, UTC)
TEST = Closing(Classification.TEST)
EVENTS: dict[EventKind, IncidentEvent] = {
    EventKind.RAISE: Raise(Origin.PRESS),
    EventKind.ACKNOWLEDGE: Acknowledge(),
    EventKind.ARRIVE: Arrive(),
    EventKind.RELEASE: Release(),
    EventKind.CLOSE: Close(TEST),
    EventKind.RECLASSIFY: Reclassify(TEST),
    EventKind.INTERVENE: Intervene(),
    EventKind.STAND_DOWN: StandDown(),
    EventKind.ABANDON: Abandon(),
}
LEGAL = [(state, event) for state, line in TRANSITIONS.items() for event in line]
ILLEGAL = [(state, event) for state in IncidentState for event in EventKind if event not in TRANSITIONS[state]]


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def given_incident(*events: IncidentEvent) -> Incident:
    incident, _ = raise_incident("20261122-0001", Origin.PRESS, CENTRE_ONLY, NOW)
    for second, event in enumerate(events, 1):
        incident, _ = apply(incident, event, at(second))
    return incident


def given_state(state: IncidentState) -> Incident:
    path: list[IncidentEvent] = [Acknowledge(), Arrive(), Release(), Close(TEST)]
    return given_incident(*path[: list(IncidentState).index(state)])


def test_the_table_names_every_state_and_the_two_lists_cover_every_pair() -> None:
    assert set(TRANSITIONS) == set(IncidentState)
    assert len(LEGAL) + len(ILLEGAL) == len(IncidentState) * len(EventKind)
    assert set(EVENTS) == set(EventKind)


@pytest.mark.parametrize(("state", "event"), LEGAL)
def test_a_legal_event_leads_where_the_table_says(state: IncidentState, event: EventKind) -> None:
    after, _ = apply(given_state(state), EVENTS[event], at(60))
    assert after.state is TRANSITIONS[state][event]


@pytest.mark.parametrize(("state", "event"), ILLEGAL)
def test_an_illegal_event_is_one_named_error_and_changes_nothing(state: IncidentState, event: EventKind) -> None:
    incident = given_state(state)
    before = replace(incident)
    with pytest.raises(IllegalEventError) as caught:
        apply(incident, EVENTS[event], at(60))
    assert (caught.value.incident, caught.value.state, caught.value.event) == ("20261122-0001", state, event)
    assert incident == before


def test_an_entrapment_from_press_to_closing_has_all_its_times() -> None:
    done = given_incident(Acknowledge(), Arrive(), Release(people=2), Close(Closing(Classification.ENTRAPMENT, "0303")))
    times = (done.raised_at, done.acknowledged_at, done.arrived_at, done.released_at, done.closed_at)
    assert times == (at(0), at(1), at(2), at(3), at(4))
    assert (done.classification, done.cause_code) == (Classification.ENTRAPMENT, "0303")
    assert not done.open


def test_only_the_first_acknowledgement_counts() -> None:
    incident, effects = apply(given_incident(Acknowledge()), Acknowledge(), at(30))
    assert incident.acknowledged_at == at(1)
    assert effects == ()


def test_a_second_crew_is_recorded_and_the_first_arrival_stays() -> None:
    incident, effects = apply(given_incident(Acknowledge(), Arrive()), Arrive(), at(90))
    assert incident.arrived_at == at(2)
    assert AppendNode(NodeKind.ARRIVED) in effects


def test_rescuers_may_arrive_after_the_passengers_got_out() -> None:
    incident, _ = apply(given_incident(Acknowledge(), Release()), Arrive(), at(60))
    assert (incident.state, incident.arrived_at) == (IncidentState.RELEASED, at(60))


def test_a_press_after_the_release_raises_the_incident_again_until_the_next_release() -> None:
    incident, effects = apply(given_incident(Acknowledge(), Release()), Raise(Origin.PRESS), at(60))
    assert (incident.state, incident.released_at) == (IncidentState.RAISED, None)
    assert effects == (Publish(LiveType.INCIDENT_RAISED_AGAIN),)
    incident, effects = apply(incident, Acknowledge(), at(70))
    assert incident.acknowledged_at == at(1)
    assert effects == (Publish(LiveType.INCIDENT_ACKNOWLEDGED),)
    incident, _ = apply(incident, Release(), at(80))
    assert incident.released_at == at(80)


def test_a_passenger_who_left_unanswered_is_shown_until_somebody_acknowledges() -> None:
    left, effects = apply(given_incident(), Abandon(), at(5))
    assert left.abandoned
    assert Publish(LiveType.INCIDENT_ABANDONED) in effects
    assert apply(left, Abandon(), at(6)) == (left, ())
    assert not apply(left, Acknowledge(), at(7))[0].abandoned
    assert not apply(left, Raise(Origin.PRESS), at(7))[0].abandoned


def test_an_unanswered_second_press_does_not_mark_an_acknowledged_incident_abandoned() -> None:
    incident = given_incident(Acknowledge())
    assert apply(incident, Abandon(), at(5)) == (incident, ())


def test_the_centre_takes_command_once_and_gives_it_back_once() -> None:
    taken, effects = apply(given_incident(), Intervene(), at(5))
    assert taken.centre_intervening
    assert effects[0] == AppendNode(NodeKind.CENTRE_INTERVENED)
    assert apply(taken, Intervene(), at(6)) == (taken, ())
    back, effects = apply(taken, StandDown(), at(7))
    assert not back.centre_intervening
    assert effects[0] == AppendNode(NodeKind.CENTRE_STOOD_DOWN)
    assert apply(back, StandDown(), at(8)) == (back, ())


@pytest.mark.parametrize("state", [state for state in IncidentState if state is not IncidentState.CLOSED])
@pytest.mark.parametrize("classification", list(Classification))
def test_what_a_state_allows_at_closing(state: IncidentState, classification: Classification) -> None:
    codes = {Classification.ON_DEMAND_MAINTENANCE: "01"} | dict.fromkeys(
        [Classification.ENTRAPMENT, Classification.FAULT_REPAIR], "0101"
    )
    incident = given_state(state)
    event = Close(Closing(classification, codes.get(classification)))
    if classification in CLOSABLE[state]:
        assert apply(incident, event, at(60))[0].classification is classification
    else:
        with pytest.raises(InvalidClosingError) as caught:
            apply(incident, event, at(60))
        assert caught.value.field == "classification"


def test_an_entrapment_is_not_closed_before_anybody_was_released() -> None:
    for state in IncidentState:
        assert (Classification.ENTRAPMENT in CLOSABLE.get(state, ())) is (state is IncidentState.RELEASED)


def test_a_closed_incident_may_be_reclassified_and_keeps_its_times() -> None:
    closed = given_state(IncidentState.CLOSED)
    after, effects = apply(closed, Reclassify(Closing(Classification.COMPLAINT, None, "多次投诉")), at(3600))
    assert after == replace(closed, classification=Classification.COMPLAINT, cause_text="多次投诉")
    assert effects[0] == AppendNode(NodeKind.RECLASSIFIED, {"classification": "complaint", "cause_text": "多次投诉"})


def test_a_clock_set_back_never_puts_an_event_before_the_beginning() -> None:
    incident, _ = apply(given_incident(), Acknowledge(), at(-3600))
    assert incident.acknowledged_at == incident.raised_at


def test_a_moment_without_time_zone_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        raise_incident("20261122-0001", Origin.PRESS, CENTRE_ONLY, naive)
    with pytest.raises(ValueError, match="time zone"):
        apply(given_incident(), Acknowledge(), naive)
