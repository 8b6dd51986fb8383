"""How a list of incidents is narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from api.kit.query import From, OptionalId, Search, To
from escalation.states import Classification, IncidentState


@dataclass(frozen=True, slots=True)
class IncidentFilters:
    """Query parameters; those not given do not narrow. `from` and `to` are times of the press."""

    open: Annotated[bool | None, Query(description="未销账 / not closed")] = None
    state: IncidentState | None = None
    lift: Annotated[str | None, Query(max_length=40, description="设备代码、使用登记证号或救援编号")] = None
    q: Search = None
    """Looks at the incident's number, its unknown caller, and the lift's name, address and keys."""
    property_id: OptionalId = None
    maintainer_id: OptionalId = None
    classification: Classification | None = None
    abandoned: bool | None = None
    since: From = None
    until: To = None
