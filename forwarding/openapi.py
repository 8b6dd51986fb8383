"""Writes the OpenAPI document of the default interface: `python -m forwarding.openapi`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from forwarding.receiver.app import DESCRIPTION, MESSAGES, Receiver
from forwarding.wire import Message

FILE = Path(__file__).parents[1] / "docs" / "platform-openapi.json"


def openapi_text() -> str:
    """Return the document of what the platform must offer, without the receiver's own conveniences."""
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(Path(folder) / "none.db", {})
        routes = [
            route
            for route in receiver.app.routes
            if isinstance(route, APIRoute) and route.path == MESSAGES and "POST" in (route.methods or ())
        ]
        document = get_openapi(
            title="96365 平台接收接口（默认） / default interface of the receiving platform",
            version="1",
            description=DESCRIPTION,
            routes=routes,
        )
        receiver.ledger.close()
    models = Message.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= models.pop("$defs", {})
    schemas["Message"] = models
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(openapi_text(), encoding="utf-8")
