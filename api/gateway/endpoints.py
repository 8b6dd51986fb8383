"""`/gateway`: for sensor gateways."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Response

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.gateway import service
from api.gateway.schemas import AcceptedOut
from api.gateway.service import Incoming
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context, Now
from intake.accepting.verdicts import answer
from intake.contract import asyncapi, json_schema

router = APIRouter(prefix="/gateway", tags=["gateway"])

Sending = Annotated[Principal, Depends(requires(Permission.GATEWAY_SEND))]

_EVENT = {"$ref": "#/components/schemas/GatewayEvent"}
_LINES = {
    "schema": {"type": "string"},
    "example": '{"event_id":"7f3c-000042","device_code":"31101301002019060001",…}\n',
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Up to 1000 events; with `Content-Encoding: gzip` packed, at most 8 MB when unpacked.",
        "content": {
            "application/json": {"schema": {"type": "array", "items": _EVENT, "minItems": 1, "maxItems": 1000}},
            "application/x-ndjson": _LINES,
        },
    }
}


@router.post(
    "/events",
    operation_id="sendEvents",
    status_code=202,
    response_model=AcceptedOut,
    openapi_extra=_BODY,
    responses=problems(T.MALFORMED_REQUEST, T.BODY_TOO_LARGE, T.UNSUPPORTED_MEDIA_TYPE, T.TOO_BUSY),
)
def send_events(context: Context, caller: Sending, batch: Incoming, now: Now) -> Response:
    """Take in events; the answer comes when they are safe, with one verdict each. Sending again changes nothing."""
    verdicts = service.take(context, caller, batch, now)
    return Response(orjson.dumps(answer(verdicts)), status_code=202, media_type="application/json")


@router.get("/schema", operation_id="getEventSchema")
def get_event_schema() -> dict[str, Any]:
    """Give the JSON Schema of one event."""
    return json_schema()


@router.get("/asyncapi", operation_id="getAsyncApi")
def get_asyncapi() -> dict[str, Any]:
    """Give the AsyncAPI document of the MQTT interface."""
    return asyncapi()
