"""How a list of phones is narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.query import OptionalId, Search
from store.models import PhoneKind


@dataclass(frozen=True, slots=True)
class PhoneFilters:
    """Query parameters; those not given do not narrow. `q` looks at label and address."""

    organization_id: OptionalId = None
    person_id: OptionalId = None
    kind: PhoneKind | None = None
    q: Search = None
    active: bool | None = None
