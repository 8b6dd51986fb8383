"""`/recordings`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from api.recordings import audio, service
from api.recordings.filters import RecordingFilters, Wanted
from api.recordings.schemas import RecordingOut, WaveformOut
from recordings.waveform import Waveform, peaks
from store.models import Recording

router = APIRouter(prefix="/recordings", tags=["recordings"])

Reader = Annotated[Principal, Depends(requires(Permission.RECORDINGS_READ))]
Listener = Annotated[Principal, Depends(requires(Permission.RECORDINGS_LISTEN))]
Sort = Annotated[Literal["started_at", "-started_at", "id", "-id"], Query(description="排序 / order")]
Points = Annotated[int, Query(ge=10, le=5000, description="Points of the drawing")]
ORDERS = {"started_at": Recording.started_at, "id": Recording.id}
AUDIO = {"schema": {"type": "string", "format": "binary"}, "example": "RIFF…"}
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": {"audio/wav": AUDIO, "audio/flac": AUDIO}},
    206: {"description": "The range asked for", "content": {"audio/wav": AUDIO, "audio/flac": AUDIO}},
    304: {"description": "The caller has this version already"},
    **problems(T.NOT_FOUND, T.CONFLICT, T.FILE_MISSING, T.RANGE_NOT_SATISFIABLE),
}


@router.get("", operation_id="listRecordings", response_model=Page[RecordingOut])
def list_recordings(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[RecordingFilters, Depends()],
    sort: Sort = "-started_at",
) -> Page[Any]:
    """List the recordings of the caller's lifts, the newest first."""
    statement = service.listed(session, caller, filters)
    return paginate(session, statement, order_of(ORDERS, sort, Recording.id), page)


@router.get(
    "/{recording_id}", operation_id="getRecording", response_model=RecordingOut, responses=problems(T.NOT_FOUND)
)
def get_recording(session: Reading, caller: Reader, recording_id: PathId) -> Recording:
    """Show what is known of one recording."""
    return service.find(session, caller, recording_id)


@router.get("/{recording_id}/audio", operation_id="downloadRecording", response_class=Response, responses=FILE_ANSWERS)
def download(
    request: Request,
    session: Reading,
    writing: Writing,
    context: Context,
    caller: Listener,
    recording_id: PathId,
    wanted: Annotated[Wanted, Depends()],
) -> Response:
    """Download or play the file, whole or in ranges; who did is recorded in the incident's timeline."""
    row = service.find(session, caller, recording_id)
    found = audio.find_audio(context.settings, row, wanted.format)
    answer = audio.answer(found, request.headers, inline=wanted.inline)
    service.note_access(writing, row.id, caller, context.now())
    return answer


@router.get(
    "/{recording_id}/waveform",
    operation_id="getWaveform",
    response_model=WaveformOut,
    responses=problems(T.NOT_FOUND, T.CONFLICT, T.FILE_MISSING),
)
def get_waveform(
    session: Reading, context: Context, caller: Reader, recording_id: PathId, points: Points = 1000
) -> Waveform:
    """Give the peaks of both channels, to draw the recording."""
    found = audio.find_audio(context.settings, service.find(session, caller, recording_id), "wav")
    return peaks(found.path, points)
