"""`/estate`: bulk import of organizations, people, phones, lifts and duty."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.estate import service
from api.estate.schemas import ReportOut
from api.kit.actor import actor_of
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context

router = APIRouter(prefix="/estate", tags=["estate"], dependencies=[Depends(requires(Permission.ESTATE_IMPORT))])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The workbook",
        "content": {XLSX: {"schema": {"type": "string", "format": "binary"}, "example": "PK…"}},
    }
}
Files = Annotated[
    list[UploadFile],
    File(min_length=1, max_length=service.MAX_FILES, description="CSV or XLSX; several are one import"),
]
DryRun = Annotated[bool, Query(description="Only try: report what would happen, change nothing")]


@router.post("/imports", operation_id="importEstate", responses=problems(T.BODY_TOO_LARGE, T.IMPORT_REFUSED))
def import_estate(request: Request, context: Context, files: Files, dry_run: DryRun = False) -> ReportOut:  # noqa: FBT002 - a query parameter
    """Import an estate, all or nothing. A refused import answers 422 with the report."""
    return service.run(context, files, actor_of(request), dry_run=dry_run)


@router.get("/template", operation_id="getImportTemplate", response_class=Response, responses=_WORKBOOK)
def get_template() -> Response:
    """Download the empty workbook, with an explanation of every column."""
    headers = {"Content-Disposition": 'attachment; filename="estate.xlsx"'}
    return Response(service.template(), media_type=XLSX, headers=headers)
