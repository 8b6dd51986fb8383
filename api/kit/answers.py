"""How the OpenAPI document speaks of problems."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.kit.catalogue import ProblemType
from api.kit.problems import MEDIA_TYPE


class FindingOut(BaseModel):
    """One finding of a validation."""

    location: Annotated[str, Field(examples=["body"])]
    pointer: Annotated[str, Field(description="JSON pointer into the location", examples=["#/rescue_no"])]
    code: Annotated[str, Field(examples=["string_pattern_mismatch"])]
    detail: Annotated[str, Field(examples=["格式不符（^[0-9]{6}$）"])]


class ProblemOut(BaseModel):
    """A problem (RFC 9457). Branch on `type`, show `title` and `detail` to people."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(examples=["urn:liftline:problem:invalid-request"])]
    title: Annotated[str, Field(examples=["请求内容有误"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str | None, Field(examples=["请按 errors 中列出的原因修改后重试。"])] = None
    instance: Annotated[str | None, Field(examples=["urn:liftline:request:4f6c1d0a9b7e4c23"])] = None
    errors: list[FindingOut] | None = None


def problems(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an operation that may answer with these problems."""
    by_status: dict[int, list[ProblemType]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _response(group) for status, group in by_status.items()}


def _response(kinds: list[ProblemType]) -> dict[str, Any]:
    examples = {kind.id: {"value": {"type": kind.uri, "title": kind.title.zh, "status": kind.status}} for kind in kinds}
    return {
        "description": " / ".join(f"{kind.title.zh} ({kind.id})" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}, "examples": examples}},
    }
