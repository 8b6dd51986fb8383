"""Takes a file in as it comes: to disk, never into memory, with its digest and its type."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import puremagic
from fastapi import Depends, Request

from api.kit.catalogue import ProblemType
from api.kit.context import Context
from api.kit.problems import Problem
from api.kit.text import Text
from liftline.secrets import FOLDER_MODE
from sensing.events import MediaKind

TYPES = {
    MediaKind.SNAPSHOT: {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"},
    MediaKind.VIDEO: {"video/mp4": "mp4", "video/webm": "webm"},
    MediaKind.AUDIO: {"audio/wave": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "application/ogg": "ogg"},
}
"""What each kind may be, and the ending of its file's name."""
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived, in a place where it does not stay."""

    path: Path
    size: int
    sha256: str
    head: bytes


async def _receive(request: Request, context: Context) -> AsyncIterator[Received]:
    folder = context.settings.media_dir / "incoming"
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    descriptor, name = tempfile.mkstemp(dir=folder)  # mode 0600 from the start
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for chunk in request.stream():
                head = head or chunk[:_HEAD]
                digest.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(file.write, chunk)
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        yield Received(Path(name), size, digest.hexdigest(), head)
    finally:
        await asyncio.to_thread(Path(name).unlink, missing_ok=True)


Incoming = Annotated[Received, Depends(_receive)]


def type_of(head: bytes, kind: MediaKind) -> str:
    """Return what the file is, by its content alone; raise `Problem` (415) when it is not of that kind."""
    try:
        found = [one.mime_type for one in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        found = []
    for name in found:
        if name in TYPES[kind]:
            return str(name)
    names = "、".join(sorted(TYPES[kind]))
    detail = Text(f"文件内容须为 {names}。", f"The file's content must be one of {', '.join(sorted(TYPES[kind]))}.")
    raise Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail)
