"""Statistics, out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.kit.fields import Instant, Schema
from dialplan.names import Role
from escalation.states import IncidentState

Count = Annotated[int, Field(ge=0, examples=[12])]
Seconds = Annotated[float | None, Field(description="Seconds; null without answers", examples=[6.4])]


class AnswerTimesOut(Schema):
    """How long people of one tier let it ring: from the tier's beginning to the answer that took the alarm."""

    role: Annotated[Role, Field(examples=["property"])]
    count: Count
    median_s: Seconds
    p90_s: Seconds
    p95_s: Seconds
    within_15_s: Count
    within_20_s: Count


class DayOut(Schema):
    """Incidents raised on one day of the settings' time zone."""

    day: Annotated[date, Field(examples=["2026-11-22"])]
    incidents: Count


class CabinsOut(Schema):
    """Cabin phones in service. `unknown`: the record plane has not said; `trunk`: has no registration to look at."""

    online: Count
    offline: Count
    unknown: Count
    trunk: Count


class StatisticsOut(Schema):
    """Numbers about the lifts that the caller sees."""

    at: Instant
    since: Instant
    degraded: Annotated[bool, Field(description="Redis is away: cabins are unknown", examples=[False])]
    open: Annotated[dict[IncidentState, Count], Field(examples=[{"raised": 1, "acknowledged": 2}])]
    answers: list[AnswerTimesOut]
    days: Annotated[list[DayOut], Field(description="Every day of the span, the oldest first")]
    cabins: CabinsOut
