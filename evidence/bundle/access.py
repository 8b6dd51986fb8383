"""The record that a bundle was taken: it holds the voice of a person in distress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.models import NodeSource
from store.repositories.incidents import by_number
from store.services import Recorded, append_node

if TYPE_CHECKING:
    from datetime import datetime

    from store.session import StoreSession


def note_export(
    session: StoreSession, number: str, sha256: str, caller: str, now: datetime, *, user_id: int | None = None
) -> None:
    """Append the node; `sha256` names the very bundle."""
    incident = by_number(session, number)
    if incident is not None:
        draft = NodeDraft(NodeKind.EVIDENCE_EXPORTED, now, "", detail={"caller": caller, "sha256": sha256})
        append_node(session, draft, Recorded(NodeSource.API, user_id=user_id), incident=incident)
