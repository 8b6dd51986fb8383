"""An incident as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from escalation.states import IncidentState

if TYPE_CHECKING:
    from datetime import datetime

    from escalation.plan import Plan
    from escalation.states import Classification, Origin


@dataclass(frozen=True, slots=True)
class Incident:
    """One alarm of one lift from its first press to its closing. All times are aware; none is before `raised_at`."""

    number: str
    """For people: day of Asia/Shanghai and the day's count, `20261122-0001`."""
    origin: Origin
    plan: Plan
    """The escalation plan as it was when the incident was raised; it never changes."""
    raised_at: datetime
    state: IncidentState = IncidentState.RAISED
    acknowledged_at: datetime | None = None
    """First acknowledgement (确认响应时间)."""
    arrived_at: datetime | None = None
    """First arrival of rescuers (抵达现场时间)."""
    released_at: datetime | None = None
    """When the passengers got out (脱困时间); empty again after a new press, until they are out again."""
    closed_at: datetime | None = None
    centre_intervening: bool = False
    """The centre has taken command."""
    abandoned: bool = False
    """The passenger hung up before anybody had spoken with them, and nobody has acknowledged since."""
    classification: Classification | None = None
    cause_code: str | None = None
    cause_text: str | None = None

    @property
    def open(self) -> bool:
        """Whether it is not written off yet."""
        return self.state is not IncidentState.CLOSED
