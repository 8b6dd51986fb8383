"""`/security`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.query import From, To
from api.kit.session import Reading
from api.security import service
from api.security.schemas import RefusedCallOut
from store.models import Node

router = APIRouter(prefix="/security", tags=["security"])

Sort = Annotated[Literal["at", "-at"], Query(description="排序 / order")]
ORDERS = {"at": Node.at}


@router.get(
    "/refused-calls",
    operation_id="listRefusedCalls",
    response_model=Page[RefusedCallOut],
    dependencies=[Depends(requires(Permission.SECURITY_READ))],
)
def list_refused_calls(
    session: Reading,
    page: Annotated[PageQuery, Depends()],
    since: From = None,
    until: To = None,
    sort: Sort = "-at",
) -> Page[Any]:
    """List the calls into cabins and onto alarms that were turned away, the newest first."""
    found = paginate(session, service.listed(since, until), order_of(ORDERS, sort, Node.id), page)
    return Page(items=service.shown(session, found.items), next_cursor=found.next_cursor)
