"""`/audit`: who did what, for supervisors and administrators."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.audit import service
from api.audit.filters import AuditFilters
from api.audit.schemas import AuditOut
from api.auth.callers import requires
from api.auth.permissions import Permission
from api.kit.context import Context
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.session import Reading, Writing
from store.audit import note
from store.models import AuditEntry

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[Depends(requires(Permission.AUDIT_READ))])

Sort = Annotated[Literal["id", "-id"], Query(description="排序 / order")]
ORDERS = {"id": AuditEntry.id}
_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "CSV in UTF-8, for spreadsheets",
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "id,at,actor_kind,…"}},
    }
}


@router.get("", operation_id="listAudit", response_model=Page[AuditOut])
def list_audit(
    session: Reading,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[AuditFilters, Depends()],
    sort: Sort = "-id",
) -> Page[Any]:
    """List who did what, the newest first."""
    return paginate(session, service.listed(filters), order_of(ORDERS, sort, AuditEntry.id), page)


@router.get("/export", operation_id="exportAudit", response_class=StreamingResponse, responses=_CSV)
def export_audit(context: Context, writing: Writing, filters: Annotated[AuditFilters, Depends()]) -> StreamingResponse:
    """Download the entries as CSV. That it was done is an entry itself."""
    asked = {name: str(value) for name, value in asdict(filters).items() if value is not None}
    note(writing, "audit.exported", subject="audit_entries", detail=asked)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(service.as_csv(context.engine, filters), media_type="text/csv", headers=headers)
