"""The escalation core as a state machine driven by chance, with the promises as invariants.

It plays the shell: presses of several lifts, events in any order and with clocks that jump, effects carried out
into lists as the store would.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from escalation.causes import CAUSES, REASONS, InvalidClosingError
from escalation.effects import AppendNode, Effect, LiveType, Publish
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
from escalation.plan import Plan, Target, TargetKind, default_plan, sip_address
from escalation.states import Classification, IncidentState, Origin
from escalation.table import CLOSABLE, TRANSITIONS

if TYPE_CHECKING:
    from escalation.incident import Incident

START = datetime(2026, 11, 22, tzinfo=UTC)
LIFTS = st.sampled_from(["lift-1", "lift-2", "lift-3"])
STEPS = st.integers(-7200, 7200).map(lambda seconds: timedelta(seconds=seconds))
CLOSINGS = st.builds(
    Closing,
    classification=st.sampled_from(Classification),
    cause_code=st.none() | st.sampled_from([*CAUSES, *REASONS, "9999"]),
    cause_text=st.none() | st.sampled_from(["", "原因"]),
)
EVENTS = st.one_of(
    st.builds(Acknowledge),
    st.builds(Arrive),
    st.builds(Release),
    st.builds(Close, CLOSINGS),
    st.builds(Reclassify, CLOSINGS),
    st.builds(Intervene),
    st.builds(StandDown),
    st.builds(Abandon),
)
Record = tuple[str, Effect]


def _without_classification(incident: Incident) -> Incident:
    return replace(incident, classification=None, cause_code=None, cause_text=None)


class Escalation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.phones = 0
        self.incidents: dict[str, Incident] = {}
        self.lift_of: dict[str, str] = {}
        self.plan_at_start: dict[str, Plan] = {}
        self.records: list[Record] = []
        self.records_before: list[Record] = []
        self.closed: dict[str, Incident] = {}

    def _open(self, lift: str) -> str | None:
        return next((n for n, i in self.incidents.items() if self.lift_of[n] == lift and i.open), None)

    def _keep(self, number: str, incident: Incident, effects: tuple[Effect, ...]) -> None:
        self.incidents[number] = incident
        self.records += [(number, effect) for effect in effects]

    def _current_plan(self) -> Plan:
        phones = [Target(TargetKind.PHONE, sip_address(f"guard-{n}")) for n in range(self.phones)]
        return default_plan(phones, 1)

    @rule(step=STEPS)
    def clock_moves_or_is_set(self, step: timedelta) -> None:
        self.now += step

    @rule()
    def estate_changes(self) -> None:
        self.phones = (self.phones + 1) % 5

    @rule(lift=LIFTS, origin=st.sampled_from(Origin))
    def alarm(self, lift: str, origin: Origin) -> None:
        number = self._open(lift)
        if number is not None:
            self._keep(number, *apply(self.incidents[number], Raise(origin), self.now))
            return
        number = f"{len(self.incidents) + 1:04d}"
        self.lift_of[number] = lift
        self.plan_at_start[number] = self._current_plan()
        self._keep(number, *raise_incident(number, origin, self._current_plan(), self.now))

    @rule(pick=st.integers(0, 100), event=EVENTS)
    def event_happens(self, pick: int, event: IncidentEvent) -> None:
        if not self.incidents:
            return
        number = sorted(self.incidents)[pick % len(self.incidents)]
        before = self.incidents[number]
        untouched = replace(before)
        try:
            after, effects = apply(before, event, self.now)
        except IllegalEventError:
            assert event.kind not in TRANSITIONS[before.state]
            assert self.incidents[number] == untouched
        except InvalidClosingError:
            assert isinstance(event, Close | Reclassify)
            assert self.incidents[number] == untouched
        else:
            if isinstance(event, Close):
                assert event.closing.classification in CLOSABLE[before.state]
            self._keep(number, after, effects)
            if not after.open:
                self.closed.setdefault(number, after)

    @invariant()
    def at_most_one_incident_of_a_lift_is_open(self) -> None:
        open_lifts = [self.lift_of[number] for number, incident in self.incidents.items() if incident.open]
        assert len(open_lifts) == len(set(open_lifts))

    @invariant()
    def closed_stays_closed_and_keeps_its_times(self) -> None:
        for number, then in self.closed.items():
            now = self.incidents[number]
            assert _without_classification(now) == _without_classification(then)

    @invariant()
    def records_are_only_appended(self) -> None:
        assert self.records[: len(self.records_before)] == self.records_before
        self.records_before = list(self.records)

    @invariant()
    def nothing_happens_before_the_incident_was_raised(self) -> None:
        for one in self.incidents.values():
            times = [one.acknowledged_at, one.arrived_at, one.released_at, one.closed_at]
            assert all(at is None or at >= one.raised_at for at in times)

    @invariant()
    def states_and_times_agree(self) -> None:
        for one in self.incidents.values():
            assert (one.state is IncidentState.CLOSED) == (one.closed_at is not None)
            if one.state in {IncidentState.ACKNOWLEDGED, IncidentState.ARRIVED}:
                assert one.acknowledged_at is not None
            if one.state is IncidentState.ARRIVED:
                assert one.arrived_at is not None
            if one.state is IncidentState.RELEASED:
                assert one.released_at is not None
            if one.classification is Classification.ENTRAPMENT and one == self.closed.get(one.number):
                assert one.released_at is not None
            assert (one.classification is None) == one.open

    @invariant()
    def the_plan_is_the_one_of_the_beginning(self) -> None:
        for number, one in self.incidents.items():
            assert one.plan == self.plan_at_start[number]

    @invariant()
    def everybody_is_told_once_of_each_beginning_and_each_end(self) -> None:
        for number in self.incidents:
            told = [effect.type for owner, effect in self.records if owner == number and isinstance(effect, Publish)]
            assert told.count(LiveType.INCIDENT_RAISED) == 1
            assert told.count(LiveType.INCIDENT_CLOSED) == (number in self.closed)

    @invariant()
    def every_acknowledgement_arrival_release_and_closing_left_a_record(self) -> None:
        for number, one in self.incidents.items():
            kinds = {
                effect.kind.value
                for owner, effect in self.records
                if owner == number and isinstance(effect, AppendNode)
            }
            for name in ("acknowledged", "arrived", "released", "closed"):
                if getattr(one, f"{name}_at") is not None:
                    assert name in kinds


Escalation.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestEscalation = Escalation.TestCase
