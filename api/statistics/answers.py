"""From response nodes to answer times. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.statistics.schemas import AnswerTimesOut
from dialplan.names import Role
from escalation.nodes import NodeKind

PROMISED_S = 15.0
SOON_S = 20.0
"""NENA: 90 % of emergency calls within 15 s, 95 % within 20 s."""


@dataclass(frozen=True, slots=True)
class Step:
    """A tier that began to ring, or the answer that took the alarm."""

    kind: NodeKind
    call_id: int | None
    role: Role
    at: datetime


def answer_times(steps: Iterable[Step]) -> dict[Role, list[float]]:
    """Return the seconds from the beginning of a tier to the answer on it, by role.

    Args:
        steps: `TIER_STARTED` and `LEG_ACCEPTED`, in the order of their times. A tier that rang in several rounds counts
            from the last one; an answer without a tier (somebody joined and took over) is no answer of that tier.
    """
    began: dict[tuple[int | None, Role], datetime] = {}
    times: dict[Role, list[float]] = {role: [] for role in Role}
    for step in steps:
        if step.kind is NodeKind.TIER_STARTED:
            began[step.call_id, step.role] = step.at
        elif (since := began.pop((step.call_id, step.role), None)) is not None:
            times[step.role].append((step.at - since).total_seconds())
    return times


def quantile(values: Sequence[float], part: float) -> float | None:
    """Return the value below or at which `part` of the values lie (nearest rank), None without values."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def summary(role: Role, values: Sequence[float]) -> AnswerTimesOut:
    """Return what the overview shows of one tier."""
    return AnswerTimesOut(
        role=role,
        count=len(values),
        median_s=quantile(values, 0.5),
        p90_s=quantile(values, 0.9),
        p95_s=quantile(values, 0.95),
        within_15_s=sum(value <= PROMISED_S for value in values),
        within_20_s=sum(value <= SOON_S for value in values),
    )
