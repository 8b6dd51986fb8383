"""`/metrics` in Prometheus' text format: for this machine itself, and for callers who may."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.auth.callers import Credential, caller_of
from api.auth.permissions import Permission
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context, Now
from api.kit.problems import Problem

router = APIRouter(tags=["health"])

LOOPBACK = frozenset({"127.0.0.1", "::1"})

_EXAMPLE = 'liftline_incidents_open{state="raised"} 1.0\n'
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus' text format",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    },
    **problems(T.NOT_AUTHENTICATED, T.FORBIDDEN),
}


def _may_scrape(request: Request, context: Context, now: Now, credential: Annotated[Credential, Depends()]) -> None:
    if request.client is not None and request.client.host in LOOPBACK:
        return
    if not caller_of(request, context, now, credential).may(Permission.METRICS_READ):
        raise Problem(T.FORBIDDEN)


@router.get(
    "/metrics",
    operation_id="getMetrics",
    response_class=Response,
    responses=_ANSWERS,
    dependencies=[Depends(_may_scrape)],
)
def metrics(context: Context, now: Now) -> Response:
    """Give all meters."""
    context.store_meters.collect(context, now)
    return Response(generate_latest(context.meters.registry), media_type=CONTENT_TYPE_LATEST)
