"""`/incidents`: `{number}` is the incident's number, `20261122-0001`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from api.auth.callers import Caller, requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.incidents import service
from api.incidents.filters import IncidentFilters
from api.incidents.schemas import CausesOut, IncidentDetail, IncidentOut, NodeOut, TimelineOut
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Now
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.session import Reading
from store.models import Incident

router = APIRouter(tags=["incidents"])

Reader = Annotated[Principal, Depends(requires(Permission.INCIDENTS_READ))]
Number = Annotated[str, Path(max_length=16, description="事件编号", examples=["20261122-0001"])]
Sort = Annotated[Literal["raised_at", "-raised_at", "number", "-number"], Query(description="排序 / order")]
ORDERS = {"raised_at": Incident.raised_at, "number": Incident.number}


@router.get("/incidents", operation_id="listIncidents", response_model=Page[IncidentOut])
def list_incidents(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[IncidentFilters, Depends()],
    sort: Sort = "-raised_at",
) -> Page[Any]:
    """List the incidents of the caller's lifts, the newest first."""
    statement = service.listed(session, caller, filters)
    return paginate(session, statement, order_of(ORDERS, sort, Incident.id), page)


@router.get("/incidents/{number}", operation_id="getIncident", responses=problems(T.NOT_FOUND))
def get_incident(session: Reading, caller: Reader, number: Number) -> IncidentDetail:
    """Show one incident with its timeline, calls, recordings and plan."""
    return service.detail(session, service.find(session, caller, number))


@router.get("/incidents/{number}/nodes", operation_id="listNodes", responses=problems(T.NOT_FOUND))
def list_nodes(session: Reading, caller: Reader, number: Number) -> list[NodeOut]:
    """Show the timeline of one incident."""
    return service.timeline(session, service.find(session, caller, number))


@router.get("/incidents/{number}/export", operation_id="exportTimeline", responses=problems(T.NOT_FOUND))
def export_timeline(session: Reading, caller: Reader, number: Number, now: Now, response: Response) -> TimelineOut:
    """Download everything recorded about one incident as a JSON file."""
    row = service.find(session, caller, number)
    response.headers["Content-Disposition"] = f'attachment; filename="incident-{row.number}.json"'
    return service.export(session, row, now)


@router.get("/causes", operation_id="listCauses")
def list_causes(caller: Caller) -> CausesOut:  # noqa: ARG001 - any caller, but no stranger
    """Show tables 1 and 2 of the notice: which causes a closing may name."""
    return service.causes()
