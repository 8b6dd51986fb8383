"""What a batch of facts is about, looked up once for all of them: calls, incidents, lifts, recordings, phones.

The journal of a storm is a few hundred alarms at once. Asking for each fact's call, and locking its incident, one by
one was most of what the collector did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dialplan.names import Event
from store.models import Call, Lift, Recording
from store.numbers import day_of, take_turn
from store.repositories import lifts
from store.repositories.incidents import look_up_open
from store.repositories.phones import look_up_targets
from store.services import lock_all
from store.session import notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from escalation.journal import Fact
    from store.session import StoreSession

_LOOKUPS = "journal_lookups"
_CALL_FIELDS = ("alarm", "resumes")
"""Fields that name another call."""


@dataclass(slots=True)
class Lookups:
    """What one transaction has found; none: there is no such row (yet)."""

    calls: dict[str, Call | None] = field(default_factory=dict)
    recordings: dict[str, Recording | None] = field(default_factory=dict)
    lifts: dict[str, Lift | None] = field(default_factory=dict)


def look_up(session: StoreSession, facts: Sequence[tuple[Fact, str]]) -> None:
    """Look up and lock what these facts are about, at the beginning of the transaction that stores them.

    Openings take their turn first: whoever holds an incident's lock and then waits may be refused as a deadlock.

    Args:
        session: the writing transaction.
        facts: each with the unique id of the channel that wrote it.
    """
    raised = {day_of(fact.at): fact.at for fact, _ in facts if fact.event is Event.ALARM_RAISED}
    for _, at in sorted(raised.items()):
        take_turn(session, at)
    named = (fact.text(name) for fact, _ in facts for name in _CALL_FIELDS)
    ids = {fact.call_id for fact, _ in facts} | {channel for _, channel in facts} | {call for call in named if call}
    found = _lookups(session)
    found.calls.update(dict.fromkeys(ids))
    calls = session.scalars(select(Call).where(Call.call_id.in_(ids)).options(joinedload(Call.incident))).all()
    found.calls.update({call.call_id: call for call in calls})
    lock_all(session, {call.incident_id for call in calls if call.incident_id is not None})
    if raised:
        found.lifts.update(lifts.with_plans(session, {code for fact, _ in facts if (code := fact.text("lift"))}))
        look_up_open(session, {lift.id for lift in found.lifts.values() if lift is not None})
    _recordings(session, found, {raw_name(name) for fact, _ in facts if (name := fact.text("file"))})
    look_up_targets(session, {target for fact, _ in facts if (target := fact.text("target"))})


def known_call(session: StoreSession, call_id: str) -> Call | None:
    """Return the call with this linked id."""
    calls = _lookups(session).calls
    if call_id not in calls:
        calls[call_id] = session.scalar(select(Call).where(Call.call_id == call_id))
    return calls[call_id]


def note_call(session: StoreSession, call: Call) -> None:
    """Note a call that this transaction has made."""
    _lookups(session).calls[call.call_id] = call


def known_lift(session: StoreSession, device_code: str) -> Lift | None:
    """Return the lift with this device code."""
    found = _lookups(session).lifts
    if device_code not in found:
        found[device_code] = lifts.by_device_code(session, device_code)
    return found[device_code]


def known_recording(session: StoreSession, file: str) -> Recording | None:
    """Return the recording with this raw file, as `raw_name` has it."""
    found = _lookups(session)
    if file not in found.recordings:
        _recordings(session, found, [file])
    return found.recordings[file]


def note_recording(session: StoreSession, recording: Recording) -> None:
    """Note a recording that this transaction has made."""
    _lookups(session).recordings[recording.file] = recording


def raw_name(name: str) -> str:
    """Give a raw recording's name in the index, from what the journal calls it."""
    return f"raw/{name.rsplit('/', 1)[-1]}"


def _lookups(session: StoreSession) -> Lookups:
    found: Lookups = notes(session).setdefault(_LOOKUPS, Lookups())
    return found


def _recordings(session: StoreSession, found: Lookups, files: Iterable[str]) -> None:
    wanted = list(files)
    found.recordings.update(dict.fromkeys(wanted))
    rows = session.scalars(select(Recording).where(Recording.file.in_(wanted))) if wanted else ()
    found.recordings.update({row.file: row for row in rows})
