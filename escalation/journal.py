"""From what the switch wrote to response nodes and incident events.

The collector parses a journal record into a `Fact` and hands it to `reduce` with what it knows of the call; what
comes back is stored in one transaction together with the journal's position.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from dialplan.names import Event, Intervention, Role
from escalation.events import Abandon, Acknowledge, IncidentEvent, Intervene, Raise
from escalation.nodes import FROM_JOURNAL, NodeKind
from escalation.states import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NUMBERS: Final = frozenset({"tier", "round", "step", "ring_ms", "total_ms", "seconds", "received"})
"""Fields that are whole numbers."""


BY_SENSORS: Final = "sensor"
"""`via` of an alarm that nobody pressed."""
CLEARED: Final = "cleared"
"""`stage` of an alarm call that was ended because the sensors saw the passengers leave."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One user event of the journal, as the switch wrote it."""

    event: Event
    at: datetime
    """The switch's own time, UTC, with its microseconds."""
    switch_node: str
    """Name of the switch node that wrote it."""
    call_id: str
    """Linked id of the call, or the call that the record itself names (`call`)."""
    channel: str = ""
    """Channel that wrote it."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The event's own fields, percent-decoded; empty ones may be missing."""

    def text(self, name: str) -> str | None:
        """A field, or None when it is empty or missing."""
        return self.fields.get(name) or None

    def number(self, name: str) -> int | None:
        """A field as a whole number, or None when it is none: a journal record is never refused for that."""
        value = self.fields.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None  # noqa: PLR2004 (32 bits)

    @property
    def role(self) -> Role | None:
        """Whose tier it was, where the record says so."""
        value = self.fields.get("role")
        return Role(value) if value in set(Role) else None


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """A response node to append; `detail` holds what has no column of its own."""

    kind: NodeKind
    at: datetime
    switch_node: str
    tier: int | None = None
    role: Role | None = None
    round: int | None = None
    target: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    """JSON values only."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What follows from a fact: one node, and what happens to the incident."""

    node: NodeDraft
    events: tuple[IncidentEvent, ...] = ()


def reduce(fact: Fact, *, answered: bool) -> Reduction:
    """Say what follows from a fact.

    Args:
        fact: the journal record.
        answered: whether somebody has taken this call before (`calls.answered_at` is set).

    An `alarm_raised` gives `Raise`; `store.services.open_incident` opens a new incident or applies it to the open
    one. A call that goes on after a crash of the switch (`resumes`) raises nothing anew.
    """
    return Reduction(_node(fact), tuple(_events(fact, answered=answered)))


def _node(fact: Fact) -> NodeDraft:
    columns = {"tier", "role", "round", "target"}
    detail: dict[str, str | int] = {}
    for name, value in fact.fields.items():
        if name in columns or value == "":
            continue
        number = fact.number(name) if name in NUMBERS else None
        detail[name] = value if number is None else number
    return NodeDraft(
        kind=NodeKind.AUTOMATIC_CALL if by_sensors(fact) else FROM_JOURNAL[fact.event],
        at=fact.at,
        switch_node=fact.switch_node,
        tier=fact.number("tier"),
        role=fact.role,
        round=fact.number("round"),
        target=fact.text("target"),
        detail=detail,
    )


def by_sensors(fact: Fact) -> bool:
    """Say whether this alarm was begun because of what sensors saw, not by a press."""
    return fact.event is Event.ALARM_RAISED and fact.text("via") == BY_SENSORS


def _events(fact: Fact, *, answered: bool) -> list[IncidentEvent]:
    match fact.event:
        case Event.ALARM_RAISED if fact.text("resumes") is None and not by_sensors(fact):
            return [Raise(Origin.PRESS)]
        case Event.LEG_ACCEPTED | Event.CALLBACK_JOINED:
            return _taken(fact, fact.role)
        case Event.CALLBACK_ANSWERED if fact.text("kind") in {None, "cabin"}:
            return [Acknowledge(target=fact.text("caller"))]
        case Event.INTERVENTION_STARTED | Event.INTERVENTION_CHANGED:
            return _intervention(fact)
        case Event.CALL_ENDED if not answered and fact.text("stage") != CLEARED:
            return [Abandon()]
        case _:
            return []


def _taken(fact: Fact, role: Role | None) -> list[IncidentEvent]:
    """Somebody has the alarm. When it is the centre, it takes command (notice, annex 1, 一 (二) 3)."""
    acknowledge = Acknowledge(role, fact.text("target"))
    return [acknowledge, Intervene()] if role is Role.CENTRE else [acknowledge]


def _intervention(fact: Fact) -> list[IncidentEvent]:
    """Who listens or whispers commands nothing; who speaks with the passenger does; who takes over has the alarm."""
    match fact.text("mode"):
        case Intervention.TAKE_OVER:
            return _taken(fact, Role.CENTRE)
        case Intervention.JOIN:
            return [Intervene()]
        case _:
            return []
