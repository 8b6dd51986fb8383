"""The receiver's endpoint, and what one can ask and tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import ValidationError

from forwarding.receiver.faults import Fault, Faults
from forwarding.receiver.ledger import Ledger
from forwarding.signing import NONCE, SIGNATURE, SYSTEM, TIME, BadSignatureError, check
from forwarding.wire import Answer, Message

MESSAGES = "/v1/messages"
LARGEST_BODY = 1 << 20
"""Bytes; a message is some kilobytes."""

DESCRIPTION = """\
The default interface for sending an on-demand-maintenance system's facts to the 96365 platform.

Each message is signed: header `Liftline-Signature` is `v1=` and the hexadecimal HMAC-SHA256, with the key agreed for
`Liftline-System`, over `v1`, the method, the path, `Liftline-Time` (Unix seconds) and `Liftline-Nonce`, each followed
by a line feed, and then the body as sent. Refuse a time more than 5 minutes off and a nonce seen before.

Delivery is at least once: answer 2xx for a `message_id` you have already. Within a `stream` messages come in order of
`sequence`, without gaps; one that was refused with 400, 409, 410, 413, 415 or 422 three times is put aside and shows
as a gap until it is resent. Any other failure is tried again, with growing pauses, for as long as it takes.
"""


class Receiver:
    """The application with its state.

    Args:
        file: where messages are stored.
        keys: system name → key.
        now: the clock.
    """

    def __init__(
        self, file: Path, keys: dict[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.ledger = Ledger(file)
        self._keys = keys
        self._now = now
        self.app = FastAPI(title="96365 receiver", version="1", description=DESCRIPTION, openapi_url=None)
        self.app.post(MESSAGES, operation_id="receiveMessage", responses=_ANSWERS, openapi_extra=_BODY)(self.receive)
        self.app.get("/v1/report", operation_id="getReport")(self.ledger.report)
        self.app.get(MESSAGES, operation_id="listMessages")(self.messages)
        self.app.put("/v1/fault", operation_id="setFault", status_code=204)(self.set_fault)
        self.asgi = Faults(self.app, MESSAGES)

    async def receive(  # noqa: D102 - its texts are in the interface's description
        self,
        request: Request,
        system: Annotated[str, Header(alias=SYSTEM)],
        time: Annotated[str, Header(alias=TIME)],
        nonce: Annotated[str, Header(alias=NONCE)],
        signature: Annotated[str, Header(alias=SIGNATURE)],
    ) -> Answer:
        body = await _bounded(request)
        now = self._now()
        headers = {SYSTEM: system, TIME: time, NONCE: nonce, SIGNATURE: signature}
        try:
            if system not in self._keys:
                raise BadSignatureError("no such system")  # noqa: TRY301 - told like every other refusal
            check(self._keys[system], headers, request.method, request.url.path, body, now)
        except BadSignatureError as error:
            self.ledger.note("refused", None, str(error), now)
            raise HTTPException(401, str(error)) from None
        if not self.ledger.first_use(system, nonce, now):
            self.ledger.note("refused", None, "replayed", now)
            raise HTTPException(401, "this request was seen before")
        try:
            message = Message.model_validate_json(body)
        except ValidationError as error:
            raise HTTPException(422, error.errors(include_context=False, include_url=False)[:20]) from None
        return Answer.model_validate({"result": self.ledger.store(message, body.decode(), now)})

    def messages(self, stream: str | None = None) -> list[dict[str, Any]]:
        """Show what has arrived, in order."""
        return self.ledger.messages(stream)

    async def set_fault(self, fault: Fault | None = None) -> None:
        """Fail from now on, or no longer."""
        self.asgi.fault = fault


async def _bounded(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, "larger than any message")
    return body


_ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"description": "签名、时间或随机数不对 / signature, time or nonce refused"},
    413: {"description": "过大 / too large"},
    422: {"description": "内容不符合格式 / not of this format"},
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}},
    }
}
