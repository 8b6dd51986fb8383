"""How a list of lifts is narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from api.kit.query import OptionalId, Search

Exact = Annotated[str | None, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class LiftFilters:
    """Query parameters; those not given do not narrow. `q` looks at the name, the address and the three keys."""

    property_id: OptionalId = None
    maintainer_id: OptionalId = None
    plan_id: OptionalId = None
    district: Exact = None
    community: Exact = None
    q: Search = None
    active: bool | None = None
