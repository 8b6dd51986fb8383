"""`/lifts/{key}/media` for gateways, `/media` for people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context, Now
from api.kit.fields import Instant
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from api.media import service
from api.media.receiving import TYPES, Incoming
from api.media.schemas import MediaOut
from api.recordings.audio import answer
from sensing.events import MediaKind
from store.models import Media

router = APIRouter(tags=["media"])

Sending = Annotated[Principal, Depends(requires(Permission.GATEWAY_SEND))]
Viewer = Annotated[Principal, Depends(requires(Permission.MEDIA_READ))]
DeviceCode = Annotated[str, Path(max_length=32, description="设备代码", examples=["31101301002019060001"])]
_BINARY = {"schema": {"type": "string", "format": "binary"}, "example": "…"}
_ALL = {name: _BINARY for types in TYPES.values() for name in types}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": _ALL},
    206: {"description": "The range asked for", "content": _ALL},
    304: {"description": "The caller has this version already"},
    **problems(T.NOT_FOUND, T.FILE_MISSING, T.RANGE_NOT_SATISFIABLE),
}


@router.post(
    "/lifts/{key}/media",
    operation_id="sendMedia",
    status_code=201,
    response_model=MediaOut,
    openapi_extra=_BODY,
    responses=problems(T.NOT_FOUND, T.CONFLICT, T.BODY_TOO_LARGE, T.UNSUPPORTED_MEDIA_TYPE),
)
def send_media(  # noqa: PLR0913, PLR0917 - what the gateway says of its file
    session: Writing,
    context: Context,
    caller: Sending,
    key: DeviceCode,
    media_id: Annotated[str, Query(pattern=r"^[0-9A-Za-z._:-]{1,64}$", description="The gateway's own name of it")],
    kind: Annotated[MediaKind, Query()],
    taken_at: Annotated[Instant, Query(description="RFC 3339 with zone")],
    file: Incoming,
    now: Now,
    sha256: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$", description="Checked when given")] = None,
) -> Media:
    """Keep a picture, video or sound from a cabin; the body is the file. It joins the lift's open incident."""
    lift = service.find_lift(session, caller, key)
    given = service.Given(media_id, kind, taken_at, sha256)
    return service.store(session, context.settings, caller, lift, given, file, now)


@router.get("/media/{media_id}", operation_id="getMedia", response_model=MediaOut, responses=problems(T.NOT_FOUND))
def get_media(session: Reading, caller: Viewer, media_id: PathId) -> Media:
    """Show what is known of one."""
    return service.find(session, caller, media_id)


@router.get("/media/{media_id}/content", operation_id="downloadMedia", response_class=Response, responses=_FILE)
def download_media(
    request: Request,
    session: Reading,
    context: Context,
    caller: Viewer,
    media_id: PathId,
    inline: Annotated[bool, Query(description="在浏览器内显示 / to show, not to save")] = False,  # noqa: FBT002 - a query parameter
) -> Response:
    """Download or show it, whole or in ranges."""
    found = service.content(context.settings, service.find(session, caller, media_id))
    response = answer(found, request.headers, inline=inline)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
