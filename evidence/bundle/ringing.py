"""Whom the switch called, for how long it rang, and how it ended: from the proven nodes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDS: Final = ("leg_answered", "leg_accepted", "leg_taken", "leg_failed")


@dataclass(frozen=True, slots=True)
class Ringing:
    """One call to one person."""

    tier: int | None
    role: str | None
    target: str
    who: str | None
    dialled_at: str
    """Canonical time."""
    ended_at: str | None
    outcome: str | None
    """Kind of the node that ended it; none: the record ends before."""
    status: str | None
    rang_s: float | None
    """From the first sign of ringing to the end, seconds, where the switch noted both."""


def ringings(nodes: Sequence[dict[str, Any]]) -> list[Ringing]:
    """Return the calls in the order in which they were made; `nodes` by time."""
    found: list[Ringing] = []
    for place, node in enumerate(nodes):
        if node["kind"] != "leg_dialled":
            continue
        later = (one for one in nodes[place + 1 :] if _ends(node, one))
        found.append(_ringing(node, next(later, None)))
    return found


def _ends(dialled: dict[str, Any], node: dict[str, Any]) -> bool:
    same = node.get("call_id") == dialled.get("call_id")
    if node["kind"] in _ENDS:
        return same and node.get("target") == dialled.get("target")
    return same and node["kind"] == "tier_finished" and node.get("tier") == dialled.get("tier")


def _ringing(dialled: dict[str, Any], end: dict[str, Any] | None) -> Ringing:
    ring_ms = end["detail"].get("ring_ms") if end else None
    rang = None
    if end is not None:
        rang = datetime.fromisoformat(end["at"]) - datetime.fromisoformat(dialled["at"])
        if isinstance(ring_ms, int):
            rang -= timedelta(milliseconds=ring_ms)
    return Ringing(
        tier=dialled.get("tier"),
        role=dialled.get("role"),
        target=str(dialled.get("target") or ""),
        who=dialled.get("who"),
        dialled_at=dialled["at"],
        ended_at=end["at"] if end else None,
        outcome=end["kind"] if end else None,
        status=str(end["detail"].get("status") or "") if end else None,
        rang_s=max(0.0, rang.total_seconds()) if rang is not None else None,
    )
