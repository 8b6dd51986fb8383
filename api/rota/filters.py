"""How a list of shifts is narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from api.kit.query import From, OptionalId, To


@dataclass(frozen=True, slots=True)
class ShiftFilters:
    """Query parameters; shifts that overlap the time from `from` to `to`."""

    organization_id: OptionalId = None
    phone_id: OptionalId = None
    since: From = None
    until: To = None
