"""The file of a recording as an HTTP answer: WAV as it is kept, or FLAC, half the size and nothing lost."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import soundfile as sf
from starlette.responses import Response, StreamingResponse

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.recordings.ranges import not_modified, wanted_span
from liftline.settings import Settings
from recordings.store import OutsideError, RecordingStore
from store.models import Recording, RecordingState

Format = Literal["wav", "flac"]
MEDIA_TYPES: dict[Format, str] = {"wav": "audio/wav", "flac": "audio/flac"}
CACHED_FILES = 100
"""FLAC files kept for the next range of the same player; the oldest go first."""
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Audio:
    """A file that can be sent."""

    path: Path
    etag: str
    media_type: str
    name: str


def find_audio(settings: Settings, row: Recording, wanted: Format) -> Audio:
    """Return the file. Raises `Problem`: 409 while the call runs, 410 when the file is gone."""
    if row.state is RecordingState.RECORDING:
        raise Problem(ProblemType.CONFLICT, Text("通话仍在录音。", "It is still being recorded."))
    try:
        path = RecordingStore(settings.recordings_dir).path(row.file)
        size = path.stat().st_size
    except (OSError, OutsideError) as error:
        raise Problem(ProblemType.FILE_MISSING) from error
    # A strong validator only for the bytes that the index knows.
    tag = row.sha256 if row.sha256 and size == row.bytes else f"altered-{size}"
    stem = f"{row.incident.number if row.incident else 'call'}-{row.id}"
    if wanted == "flac":
        path, tag = _flac(settings.home / "cache" / "flac", path, f"{row.id}-{tag}"), f"{tag}-flac"
    return Audio(path, f'"{tag}"', MEDIA_TYPES[wanted], f"{stem}.{wanted}")


def answer(audio: Audio, headers: Mapping[str, str], *, inline: bool) -> Response:
    """Return the whole file, a range of it, or 304. Raises `Problem` (416)."""
    size = audio.path.stat().st_size
    common = {
        "ETag": audio.etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{audio.name}"',
        "Cache-Control": "private, no-cache",
    }
    if not_modified(headers, audio.etag):
        return Response(status_code=304, headers=common)
    span = wanted_span(headers, size, audio.etag)
    start, end = (span.start, span.end) if span else (0, size)
    common["Content-Length"] = str(end - start)
    if span:
        common["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        _chunks(audio.path, start, end), 206 if span else 200, headers=common, media_type=audio.media_type
    )


def _chunks(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (data := file.read(min(_CHUNK, left))):
            left -= len(data)
            yield data


def _flac(folder: Path, source: Path, name: str) -> Path:
    target = folder / f"{name}.flac"
    if target.exists():
        return target
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        with (
            sf.SoundFile(source) as wav,
            sf.SoundFile(draft, "w", wav.samplerate, wav.channels, format="FLAC", subtype="PCM_16") as flac,
        ):
            for block in wav.blocks(wav.samplerate * 30, dtype="int16"):
                flac.write(block)
        draft.replace(target)
    except sf.LibsndfileError as error:
        raise Problem(ProblemType.FILE_MISSING) from error
    finally:
        draft.unlink(missing_ok=True)
    _trim(folder)
    return target


def _trim(folder: Path) -> None:
    kept = sorted(folder.glob("*.flac"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[CACHED_FILES:]:
        old.unlink(missing_ok=True)
