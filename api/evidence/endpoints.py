"""`/incidents/{number}/bundle`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.evidence import service
from api.incidents import service as incidents
from api.incidents.endpoints import Number
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context
from api.kit.session import Reading, Writing

router = APIRouter(tags=["incidents"])

Listener = Annotated[Principal, Depends(requires(Permission.RECORDINGS_LISTEN))]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bundle",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "PK…"}},
    },
    **problems(T.NOT_FOUND, T.NOT_PROVEN, T.SIGNING_UNAVAILABLE),
}


@router.get(
    "/incidents/{number}/bundle",
    operation_id="downloadBundle",
    response_class=FileResponse,
    responses=ANSWERS,
)
def download_bundle(
    session: Reading, writing: Writing, context: Context, caller: Listener, number: Number
) -> FileResponse:
    """Download everything about one incident in one ZIP that proves it, off line; who did is recorded."""
    row = incidents.find(session, caller, number)
    made = service.make(context, row.number, context.now())
    service.note(writing, row.number, made, caller, context.now())
    return FileResponse(
        made.path,
        media_type="application/zip",
        filename=f"evidence-{row.number}.zip",
        headers={"Cache-Control": "private, no-store"},
        background=BackgroundTask(made.path.unlink, missing_ok=True),
    )
