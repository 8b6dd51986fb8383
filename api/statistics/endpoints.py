"""`/statistics`."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit.context import Context, Now
from api.kit.session import Reading
from api.statistics import service
from api.statistics.schemas import StatisticsOut

router = APIRouter(prefix="/statistics", tags=["incidents"])

Reader = Annotated[Principal, Depends(requires(Permission.INCIDENTS_READ))]
Days = Annotated[int, Query(ge=1, le=service.MOST_DAYS, description="天数，含今天 / days, today among them")]


@router.get("", operation_id="getStatistics")
def get_statistics(session: Reading, context: Context, caller: Reader, now: Now, days: Days = 14) -> StatisticsOut:
    """Answer times by tier, incidents by day, what is open, cabins on line: of the lifts that the caller sees."""
    zone = ZoneInfo(context.settings.time_zone)
    return service.statistics(session, context.redis, caller, days, zone, now)
