"""The reference witness: a small server that a centre, a supervisor or an insurer runs, far from the log's owner.

It countersigns a head only when it is signed by a key it trusts and goes on from the last head it has seen, and it
keeps every head. It needs nothing of Liftline but this package.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import structlog
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from evidence.core.notes import cosign, parse_note
from evidence.witness.judging import InconsistentError, UnknownLogError, check_growth, key_of, read
from evidence.witness.seen import Memory, SeenHead
from evidence.witness.wire import Countersigned, Known, Seen, Submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evidence.core.keys import Signer

log = structlog.get_logger(__name__)

LONGEST_BODY: Final = 1 << 18


def create_witness(
    file: Path,
    signer: Signer,
    trusted: list[str],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """Make the application.

    Args:
        file: the witness' memory (SQLite).
        signer: its key, of the kind that countersigns.
        trusted: keys of logs, `name+keyid+base64`.
        now: its clock.
    """
    memory = Memory(file)
    app = FastAPI(title="Liftline witness", docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return _refusal(400, f"{error.errors()[0]['msg']}: {'.'.join(map(str, error.errors()[0]['loc']))}")

    @app.middleware("http")
    async def small(request: Request, go_on: Callable) -> object:  # type: ignore[type-arg]
        length = request.headers.get("content-length", "")
        if request.method == "POST" and not (length.isascii() and length.isdigit() and int(length) <= LONGEST_BODY):
            return _refusal(413, "a head is small")
        return await go_on(request)

    @app.post("/heads", response_model=None)
    def submit(message: Submission) -> JSONResponse:
        try:
            return _judge(memory, signer, message, trusted, now())
        except UnknownLogError as error:
            log.warning("head_of_unknown_log", error=str(error))
            return _refusal(403, str(error))
        except InconsistentError as error:
            log.error("head_refused", error=str(error))  # noqa: TRY400 - the message says it all
            return _refusal(422, str(error))

    @app.get("/heads", response_model=None)
    def seen(origin: Annotated[str, Query(max_length=200)]) -> JSONResponse:
        with closing(memory.connect()) as connection:
            last = memory.last(connection, origin)
        if last is None:
            return _refusal(404, "no head of this log has been seen")
        return JSONResponse(Seen(note=last.note, cosignature=last.cosignature).model_dump())

    @app.get("/key", response_model=None)
    def key() -> JSONResponse:
        return JSONResponse({"key": str(signer.verifier)})

    return app


def _judge(memory: Memory, signer: Signer, message: Submission, trusted: list[str], now: datetime) -> JSONResponse:
    note = read(message)
    origin = note.head.origin
    with closing(memory.connect()) as connection:
        connection.execute("begin immediate")
        try:
            known = memory.keys(connection, origin) | {text for text in trusted if text.split("+", 1)[0] == origin}
            last = memory.last(connection, origin)
            _, keys = key_of(note, known, message.keys)
            before = parse_note(last.note) if last else None
            if before is not None and message.old_size != before.head.size:
                connection.execute("rollback")
                return JSONResponse(Known(size=before.head.size).model_dump(), 409)
            check_growth(note, before, message, now)
            line = cosign(note.body, signer, now).line().strip()
            memory.keep(connection, origin, SeenHead(note.head.size, str(note), line))
            for text in keys:
                memory.learn(connection, origin, text)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise
    log.info("head_countersigned", origin=origin, size=note.head.size)
    return JSONResponse(Countersigned(cosignature=line).model_dump())


def _refusal(status: int, why: str) -> JSONResponse:
    return JSONResponse({"detail": why[:500]}, status)
