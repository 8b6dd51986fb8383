"""Takes in batches of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from api.auth.principal import Principal
from api.kit.catalogue import ProblemType
from api.kit.context import AppContext
from api.kit.problems import Problem
from api.kit.text import Text
from intake.accepting import BatchError, BusyError, Encoding, Sender, Verdict, accept, read_batch
from store.repositories import gateways
from store.session import read_scope

ENCODINGS = {
    "application/json": Encoding.JSON,
    "application/x-ndjson": Encoding.NDJSON,
    "application/ndjson": Encoding.NDJSON,
}
BUSY_RETRY_S = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """A body as it came."""

    body: bytes
    encoding: Encoding
    gzip: bool


async def _batch(request: Request) -> Batch:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    packed = request.headers.get("content-encoding", "identity").strip().lower()
    if kind not in ENCODINGS or packed not in {"identity", "gzip"}:
        detail = Text("请用 JSON 或 NDJSON，可用 gzip 压缩。", "Send JSON or NDJSON, plain or gzip.")
        raise Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail)
    return Batch(await request.body(), ENCODINGS[kind], packed == "gzip")


Incoming = Annotated[Batch, Depends(_batch)]


def take(context: AppContext, caller: Principal, batch: Batch, now: datetime) -> list[Verdict]:
    """Store a batch and say what became of each event.

    Raises `Problem`: 400 for a body that cannot be read, 413 for one too large, 503 when too much waits already or
    the database is not available.
    """
    try:
        documents = read_batch(batch.body, batch.encoding, gzip=batch.gzip)
    except BatchError as error:
        kind = ProblemType.BODY_TOO_LARGE if error.too_large else ProblemType.MALFORMED_REQUEST
        raise Problem(kind, Text(f"无法接收该批事件：{error}", str(error))) from error
    try:
        verdicts = accept(documents, _sender(context, caller), now, context.writer)
    except BusyError as error:
        raise Problem(ProblemType.TOO_BUSY, headers={"Retry-After": str(BUSY_RETRY_S)}) from error
    except TimeoutError as error:
        raise Problem(ProblemType.DATABASE_UNAVAILABLE) from error
    context.meters.count_events("http", verdicts)
    return verdicts


def _sender(context: AppContext, caller: Principal) -> Sender:
    name = caller.gateway or ""
    with read_scope(context.engine) as session:
        gateway_id = gateways.id_of(session, name)
    if gateway_id is None:
        raise Problem(ProblemType.FORBIDDEN)

    def lifts(codes: set[str]) -> dict[str, int]:
        with read_scope(context.engine) as session:
            return gateways.lifts_of(session, caller.id, caller.organization_id, codes)

    return Sender(name, gateway_id, lifts)
