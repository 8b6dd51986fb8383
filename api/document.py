"""The OpenAPI document: its head, its tags, and how the application gives it out."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.examples import add_examples
from api.kit.answers import ProblemOut
from api.kit.problems import MEDIA_TYPE
from intake.contract import json_schema

TAGS = {
    "auth": "登录、令牌与口令 / log-in, tokens and passwords",
    "organizations": "使用单位、维保单位、应急处置中心、监管部门 / organizations",
    "people": "值守与救援人员 / people who answer and come",
    "phones": "交换机呼叫的话机与手机 / phones the switch rings",
    "lifts": "电梯：以设备代码、使用登记证号或轿厢救援编号为键 / lifts, by any of their three keys",
    "plans": "三级响应预案 / escalation plans",
    "rota": "值班表 / duty rota",
    "voice": "介入通话、一键回拨与坐席状态 / interventions, calls by one click, operators",
    "audit": "谁在何时做了什么 / who did what, when, from where",
    "forwarding": "向市 96365 平台报送 / what is sent on to the city's platform",
    "incidents": "报警事件、响应节点与处置 / incidents, response nodes and what people do",
    "recordings": "录音 / recordings",
    "events": "实时事件 / live events",
    "gateway": "传感器网关：事件与契约 / sensor gateways: events and their contract",
    "media": "轿厢影像 / pictures, videos and sounds from cabins",
    "users": "账号 / log-ins",
    "api-keys": "机器密钥 / keys of machines",
    "estate": "批量导入 / bulk import",
    "switches": "交换节点 / switch nodes",
    "security": "被拒绝的呼叫 / calls that were turned away",
    "health": "运行状态 / health and metrics",
}

METADATA: dict[str, Any] = {
    "title": "Liftline",
    "version": "1",
    "summary": "电梯轿厢一键报警的语音交换 / the voice switch behind a lift's alarm button",
    "description": (
        "Times are RFC 3339: any zone in, UTC with microseconds out. Errors are problems (RFC 9457); their `type` "
        "is stable, their words follow `Accept-Language` (zh, en). Lists are pages: follow `next_cursor`."
    ),
    "openapi_url": "/api/v1/openapi.json",
    "docs_url": None,
    "redoc_url": None,
    "openapi_tags": [{"name": name, "description": text} for name, text in TAGS.items()],
}


def install(app: FastAPI) -> None:
    """Let the application give out the document with examples and problem schemas."""
    app.openapi = partial(_document, app)  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        _add_problem_schemas(document)
        app.openapi_schema = add_examples(document)
    return app.openapi_schema


def _add_problem_schemas(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    own = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(own.pop("$defs", {}))
    schemas["ProblemOut"] = own
    event = json_schema()
    schemas["GatewayEvent"] = {name: value for name, value in event.items() if not name.startswith("$")}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in document["paths"].values():
        for operation in path.values():
            invalid = operation["responses"].get("422", {}).get("content", {})
            if invalid.pop("application/json", None) is not None and MEDIA_TYPE not in invalid:
                invalid[MEDIA_TYPE] = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
