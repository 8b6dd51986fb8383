"""`/rota`: shifts, and who is on duty."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit import rows
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Now
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from api.rota import service
from api.rota.filters import ShiftFilters
from api.rota.schemas import OnDutyOut, ShiftIn, ShiftOut
from store.models import DutyShift

router = APIRouter(prefix="/rota", tags=["rota"])

Reader = Annotated[Principal, Depends(requires(Permission.ROTA_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.ROTA_WRITE))]
Sort = Annotated[Literal["starts_at", "-starts_at", "id", "-id"], Query(description="排序 / order")]
At = Annotated[AwareDatetime | None, Query(description="时刻，缺省为现在 / moment, now by default")]
ORDERS = {"starts_at": DutyShift.starts_at, "id": DutyShift.id}


@router.get("/shifts", operation_id="listShifts", response_model=Page[ShiftOut])
def list_shifts(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[ShiftFilters, Depends()],
    sort: Sort = "starts_at",
) -> Page[Any]:
    """List the shifts that the caller sees."""
    return paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, DutyShift.id), page)


@router.get("/on-duty", operation_id="whoIsOnDuty", responses=problems(T.NOT_FOUND))
def who_is_on_duty(
    session: Reading, caller: Reader, now: Now, organization_id: Annotated[int, Query(ge=1)], at: At = None
) -> OnDutyOut:
    """Tell who is on duty for an organization at a moment."""
    return service.on_duty(session, caller, organization_id, at or now)


@router.post(
    "/shifts", operation_id="createShift", status_code=201, response_model=ShiftOut, responses=problems(T.NOT_FOUND)
)
def create_shift(session: Writing, caller: Writer, body: ShiftIn) -> DutyShift:
    """Add a shift. The call plane knows it within seconds, 14 days ahead."""
    return service.create(session, caller, body)


@router.get("/shifts/{shift_id}", operation_id="getShift", response_model=ShiftOut, responses=problems(T.NOT_FOUND))
def get_shift(session: Reading, caller: Reader, shift_id: PathId) -> DutyShift:
    """Show one shift."""
    return service.find(session, caller, shift_id)


@router.put("/shifts/{shift_id}", operation_id="replaceShift", response_model=ShiftOut, responses=problems(T.NOT_FOUND))
def replace_shift(session: Writing, caller: Writer, shift_id: PathId, body: ShiftIn) -> DutyShift:
    """Change a shift by sending all of it."""
    return service.replace(session, caller, service.find(session, caller, shift_id), body)


@router.delete("/shifts/{shift_id}", operation_id="deleteShift", status_code=204, responses=problems(T.NOT_FOUND))
def delete_shift(session: Writing, caller: Writer, shift_id: PathId) -> None:
    """Delete a shift."""
    rows.remove(session, service.find(session, caller, shift_id))
