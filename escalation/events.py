"""What happens to an incident, with what must be known about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from escalation.states import EventKind

if TYPE_CHECKING:
    from dialplan.names import Role
    from escalation.states import Classification, Origin


@dataclass(frozen=True, slots=True)
class Raise:
    """Somebody pressed, or sensors saw an entrapment, while the incident is open."""

    origin: Origin
    kind: ClassVar[EventKind] = EventKind.RAISE


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A human being has the alarm."""

    role: Role | None = None  # whose tier they belong to
    target: str | None = None  # dial string of their phone, when they took it by telephone
    kind: ClassVar[EventKind] = EventKind.ACKNOWLEDGE


@dataclass(frozen=True, slots=True)
class Arrive:
    """Rescuers are at the lift."""

    kind: ClassVar[EventKind] = EventKind.ARRIVE


@dataclass(frozen=True, slots=True)
class Release:
    """The passengers are out."""

    people: int | None = None  # how many were trapped, where known
    kind: ClassVar[EventKind] = EventKind.RELEASE


@dataclass(frozen=True, slots=True)
class Closing:
    """Classification, cause code (`escalation.causes`) and text in which an incident is written off."""

    classification: Classification
    cause_code: str | None = None
    cause_text: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """The incident is written off (销账)."""

    closing: Closing
    kind: ClassVar[EventKind] = EventKind.CLOSE


@dataclass(frozen=True, slots=True)
class Reclassify:
    """A closed incident turned out to be of another kind or cause."""

    closing: Closing
    kind: ClassVar[EventKind] = EventKind.RECLASSIFY


@dataclass(frozen=True, slots=True)
class Intervene:
    """The centre takes command."""

    kind: ClassVar[EventKind] = EventKind.INTERVENE


@dataclass(frozen=True, slots=True)
class StandDown:
    """The centre goes back to watching."""

    kind: ClassVar[EventKind] = EventKind.STAND_DOWN


@dataclass(frozen=True, slots=True)
class Abandon:
    """The passenger hung up before anybody had spoken with them."""

    kind: ClassVar[EventKind] = EventKind.ABANDON


IncidentEvent = Raise | Acknowledge | Arrive | Release | Close | Reclassify | Intervene | StandDown | Abandon
"""Any of them."""
