"""From a parsed record to the fact that `escalation.journal` knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialplan.names import Event
from escalation.journal import Fact
from switch.journal.parse import CorruptLineError, Record, parse_line, salvage

if TYPE_CHECKING:
    from switch.journal.reader import Line

_EVENTS = frozenset(event.value for event in Event)
CALL_FIELD = "call"
"""Field of a user event that names the call it belongs to."""
_DURATIONS = frozenset({"ring_ms", "total_ms", "seconds"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line of the journal comes to. A torn line may still end in a whole record."""

    line: Line
    record: Record | None = None
    corrupt: str | None = None
    """Why (part of) the line cannot be read."""
    step_s: float | None = None
    """The clock was set by so many seconds before this record."""


def entry_of(line: Line) -> Entry:
    """Read a line; never raises."""
    if not line.raw.strip():
        return Entry(line)
    try:
        return Entry(line, record=parse_line(line.raw))
    except CorruptLineError as error:
        return Entry(line, record=salvage(line.raw), corrupt=str(error)[:200])


def fact_of(record: Record, node: str) -> Fact | None:
    """Return the fact; none for Asterisk's own records and for events this version does not know.

    Args:
        record: the parsed record.
        node: name of the switch node, for a record whose unique id carries none.
    """
    if not record.user or record.kind not in _EVENTS:
        return None
    fields = {name: _not_negative(name, value) for name, value in record.fields.items()}
    return Fact(
        event=Event(record.kind),
        at=record.at,
        switch_node=record.node or node,
        # A channel beside the alarm (an operator who listens) has a linked id of its own and names the alarm's call.
        call_id=fields.get(CALL_FIELD) or record.call_id,
        channel=record.channel,
        fields=fields,
    )


def _not_negative(name: str, value: str) -> str:
    """Asterisk measures by the wall clock: when that is set back, a duration may come out below zero."""
    return "0" if name in _DURATIONS and value.startswith("-") else value
