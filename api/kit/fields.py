"""Field types that several resources share, each with an example and its unit or zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(_iso, return_type=str, when_used="json"),
    Field(examples=["2026-11-22T02:14:07.318204Z"]),
]
"""A moment: any zone in (but one must be given), UTC with microseconds out."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[17])]

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S", examples=["阳光小区物业服务中心"])]

DeviceCode = Annotated[
    str,
    Field(pattern=r"^[0-9A-Za-z-]{5,32}$", description="设备代码 / device code", examples=["31101301002019060001"]),
]

ShortText = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]

RegistrationNo = Annotated[
    str,
    Field(
        min_length=4,
        max_length=32,
        pattern=r"^\S(.*\S)?$",
        description="使用登记证号 / registration number",
        examples=["梯11冀A00001(26)"],
    ),
]

RescueNo = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="轿厢6位救援编号 / rescue number", examples=["300121"])
]


class Schema(BaseModel):
    """Base of what goes out."""

    model_config = ConfigDict(from_attributes=True)


class Command(BaseModel):
    """Base of what comes in: an unknown field is an error, not a wish that is silently dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _drop_null_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        if field.get("default", "") is None:
            del field["default"]


class Patch(BaseModel):
    """Base of partial changes: a field that is not sent stays as it is; null only where null means "none"."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra=_drop_null_defaults)

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}
