"""What a fact does to calls, incidents and the recordings index. Writes only; the caller commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from dialplan.names import Event
from escalation.events import Raise
from escalation.journal import by_sensors, reduce
from escalation.machine import IllegalEventError
from escalation.states import IncidentState, Origin
from recordings.verdict import expected_ms
from store.models import Call, CallKind, Incident, NodeSource, Recording, RecordingState
from store.repositories import incidents
from store.services import Recorded, append_node, apply_incident_event, note_refused_call, open_incident
from switch.journal.facts import CALL_FIELD
from switch.journal.lookups import known_call, known_lift, known_recording, note_call, note_recording, raw_name

if TYPE_CHECKING:
    from escalation.journal import Fact
    from store.models import Lift
    from store.session import StoreSession

log = structlog.get_logger(__name__)

_CAUSE_LENGTH = 32


def collect(session: StoreSession, fact: Fact, channel_id: str, recorded: Recorded) -> None:
    """Take one fact into the transaction: its node, its call, what happens to the incident, its recording.

    Most of it goes to the database with the next flush, which then raises `sqlalchemy.exc.IntegrityError` if the
    record has been stored before.

    Args:
        session: the writing transaction.
        fact: what the switch wrote.
        channel_id: unique id of the channel that wrote it.
        recorded: segment and offset of the record.
    """
    call = _call(session, fact, channel_id)
    incident = call.incident if call else None
    answered = call is not None and call.answered_at is not None
    reduction = reduce(fact, answered=answered)
    node = append_node(session, reduction.node, recorded, incident=incident, call=call)
    if fact.event is Event.CALLBACK_REFUSED:
        note_refused_call(session, node, _lift(session, fact))
    if call is not None:
        _note_on_call(fact, call)
    if incident is not None:
        for event in reduction.events:
            if isinstance(event, Raise):
                continue  # `open_incident` has seen to it
            try:
                apply_incident_event(session, incident, event, fact.at, call=call)
            except IllegalEventError as error:
                # The incident was closed while the call went on. The node is there; the state stays.
                log.info("event_after_closing", incident=error.incident, ll_event=error.event, call=fact.call_id)
    _note_recording(session, fact, call)


def _call(session: StoreSession, fact: Fact, channel_id: str) -> Call | None:
    """Return the fact's call, made when this fact begins it.

    Asterisk gives bridged calls one linked id; a callback that was bridged with a held alarm is still found by
    its own first channel, unless the record names the call.
    """
    if fact.event in (Event.ALARM_RAISED, Event.CALLBACK_STARTED):
        return known_call(session, fact.call_id) or _new_call(session, fact)
    named = fact.text(CALL_FIELD) is not None
    if not named and channel_id != fact.call_id and (own := known_call(session, channel_id)):
        return own
    return known_call(session, fact.call_id)


def _new_call(session: StoreSession, fact: Fact) -> Call:
    lift = _lift(session, fact)
    alarm = fact.event is Event.ALARM_RAISED
    resumes = known_call(session, fact.text("resumes") or "") if alarm else None
    incident = _incident_of_alarm(session, fact, lift, resumes) if alarm else _incident_of_callback(session, fact, lift)
    call = Call(
        incident=incident,
        lift=lift,
        call_id=fact.call_id,
        switch_node=fact.switch_node,
        kind=CallKind.ALARM if alarm else CallKind.CALLBACK,
        cabin_channel=fact.channel[:128] if alarm else None,
        resumes=resumes,
        started_at=fact.at,
    )
    session.add(call)
    note_call(session, call)
    return call


def _lift(session: StoreSession, fact: Fact) -> Lift | None:
    code = fact.text("lift")
    return known_lift(session, code) if code else None


def _incident_of_alarm(session: StoreSession, fact: Fact, lift: Lift | None, resumes: Call | None) -> Incident:
    if resumes is not None and resumes.incident is not None and resumes.incident.state is not IncidentState.CLOSED:
        return resumes.incident
    if by_sensors(fact) and lift is not None and (found := incidents.open_of(session, lift.id, None)) is not None:
        return found  # the detection opened it, and this call only follows from it
    origin = Origin.SENSOR if by_sensors(fact) else Origin.PRESS
    return open_incident(session, origin, fact.at, lift=lift, caller=fact.text("caller"), flush=False).incident


def _incident_of_callback(session: StoreSession, fact: Fact, lift: Lift | None) -> Incident | None:
    about = known_call(session, fact.text("alarm") or "")
    if about is not None:
        return about.incident
    return incidents.open_of(session, lift.id, None) if lift else None


def _note_on_call(fact: Fact, call: Call) -> None:
    match fact.event:
        case Event.LEG_ACCEPTED | Event.CALLBACK_ANSWERED | Event.CALLBACK_JOINED | Event.ROOM_ENTERED if (
            call.answered_at is None
        ):
            call.answered_at = max(fact.at, call.started_at)
        case Event.CALL_ENDED | Event.CALLBACK_ENDED | Event.CALLBACK_REFUSED:
            call.ended_at = max(fact.at, call.started_at)
            call.end_cause = (fact.text("cause") or fact.text("reason") or "")[:_CAUSE_LENGTH] or None
        case _:
            pass


def _note_recording(session: StoreSession, fact: Fact, call: Call | None) -> None:
    name = fact.text("file")
    if name is None or call is None:
        return
    file = raw_name(name)
    if fact.event is Event.RECORDING_STARTED:
        if known_recording(session, file) is None:
            recording = Recording(
                incident=call.incident,
                call=call,
                file=file,
                target=fact.text("target"),
                state=RecordingState.RECORDING,
                started_at=fact.at,
            )
            session.add(recording)
            note_recording(session, recording)
    elif fact.event is Event.RECORDING_FINISHED:
        finished = known_recording(session, file)
        if finished is not None and finished.ended_at is None:
            finished.ended_at = max(fact.at, finished.started_at)
            finished.expected_ms = expected_ms(finished.started_at, fact.at)


def journal_record(segment: str, offset: int) -> Recorded:
    """Name the place of a journal record."""
    return Recorded(NodeSource.JOURNAL, segment=segment, offset=offset)
