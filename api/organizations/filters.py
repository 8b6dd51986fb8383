"""How a list of organizations is narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.query import Search
from store.models import OrganizationKind


@dataclass(frozen=True, slots=True)
class OrganizationFilters:
    """Query parameters; those not given do not narrow."""

    kind: OrganizationKind | None = None
    q: Search = None
    active: bool | None = None
