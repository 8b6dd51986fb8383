"""The built files: where they lie, and how they are sent."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from liftline.settings import Settings

Folder: TypeAlias = Path

INDEX: Final = "index.html"
BUILT: Final = Path(__file__).parent.parent.parent / "console" / "dist"
"""Where `console/build.sh` puts it."""

NONCE_PLACE: Final = "__CSP_NONCE__"
_HASHED: Final = "assets/"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


def folder_of(settings: Settings) -> Folder | None:
    """Return the folder with the built console: `<home>/console` if it is there, else the one beside the package.

    Looked for at every request, so that a console that is built later needs no restart.
    """
    for folder in (settings.home / "console", BUILT):
        if (folder / INDEX).is_file():
            return folder
    return None


def start_page(folder: Folder, nonce: str) -> str:
    """Return the page that starts the console, with this answer's nonce."""
    return (folder / INDEX).read_text(encoding="utf-8").replace(NONCE_PLACE, nonce)


def is_file_name(path: str) -> bool:
    """Return whether a path can only mean a file: such a one that is missing is a 404, not the start page.

    After an update an open page asks for files of its own version; a page instead of a script would confuse it.
    """
    return path.startswith(_HASHED) or "." in path.rsplit("/", 1)[-1]


async def respond(folder: Folder, path: str, request: Request) -> Response | None:
    """Return a file, compressed where the browser takes it, 304 where it has it; none when there is no such file."""
    static = StaticFiles(directory=folder, check_dir=False)
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = await _file(static, f"{path}.gz", request)
        if packed is not None:
            packed.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
            packed.headers["Content-Encoding"] = "gzip"
            return _dressed(packed, path)
    plain = await _file(static, path, request)
    return None if plain is None else _dressed(plain, path)


async def _file(static: StaticFiles, path: str, request: Request) -> Response | None:
    try:
        return await static.get_response(path, request.scope)
    except HTTPException:
        return None


def _dressed(answer: Response, path: str) -> Response:
    answer.headers["Cache-Control"] = _FOR_EVER if path.startswith(_HASHED) else _ASK_AGAIN
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
