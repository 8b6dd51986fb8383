"""How a list of users is narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.query import OptionalId, Search
from store.models import UserRole


@dataclass(frozen=True, slots=True)
class UserFilters:
    """Query parameters; those not given do not narrow. `q` looks at login and name."""

    role: UserRole | None = None
    organization_id: OptionalId = None
    q: Search = None
    active: bool | None = None
