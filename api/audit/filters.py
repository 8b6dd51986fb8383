"""What one can ask the audit record for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from api.kit.query import From, OptionalId, To
from store.models import ActorKind

Word = Annotated[str | None, Query(min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Filters of the list and the export."""

    since: From = None
    until: To = None
    action: Annotated[str | None, Query(max_length=64, description="可用 * 结尾 / may end with *")] = None
    actor_kind: Annotated[ActorKind | None, Query()] = None
    actor_id: OptionalId = None
    address: Word = None
    subject: Word = None
    subject_id: Word = None
