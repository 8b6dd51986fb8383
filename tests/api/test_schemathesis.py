"""Whatever fits, or does not fit, the OpenAPI document is answered as that document says, and never with a 500."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from api_world import LIFT_1, Api
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = (
    "sendEvents",
    "getEventSchema",
    "getAsyncApi",
    "sendMedia",
    "getMedia",
    "listLiveLifts",
    "listDeviceChanges",
)
EXAMPLES = 40


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.timeout(60)
def test_an_operation_keeps_to_its_document(api: Api, name: str) -> None:
    admin = api.as_("admin")
    document = admin.get("/api/v1/openapi.json").json()
    code = admin.get(f"/api/v1/lifts/{LIFT_1}").json()["device_code"]
    key = {"name": "网关", "role": "gateway", "gateway": "gw-1", "lifts": [code]}
    token = admin.post("/api/v1/api-keys", json=key).json()["key"]
    headers = (
        {"Authorization": f"Bearer {token}"}
        if name.startswith("send")
        else {"Authorization": admin.headers["Authorization"]}
    )
    schema = schemathesis.openapi.from_dict(document).include(operation_id=name)
    (operation,) = [one.ok() for one in schema.get_all_operations()]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def keeps(case: Any) -> None:
        case.call_and_validate(base_url=api.url, headers=headers, checks=CHECKS, timeout=20)

    keeps()
