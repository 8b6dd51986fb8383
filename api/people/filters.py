"""How a list of people is narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.query import OptionalId, Search


@dataclass(frozen=True, slots=True)
class PersonFilters:
    """Query parameters; those not given do not narrow."""

    organization_id: OptionalId = None
    q: Search = None
    active: bool | None = None
