"""`/health`, `/ready`: for supervisors and load balancers, without log-in."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.health.schemas import HealthOut, ReadyOut
from api.health.service import readiness
from api.kit.context import Context, Now

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="getHealth")
async def health() -> HealthOut:
    """Say that the process answers; it looks at nothing else."""
    return HealthOut()


@router.get(
    "/ready",
    operation_id="getReadiness",
    responses={503: {"model": ReadyOut, "description": "The database is away; the body names what else is"}},
)
def ready(context: Context, now: Now, response: Response) -> ReadyOut:
    """Say whether requests can be served, and what is degraded."""
    answer = readiness(context, now)
    response.status_code = 503 if answer.status == "not_ready" else 200
    return answer
