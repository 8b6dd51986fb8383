"""Health, out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.kit.fields import Instant, Schema

State = Literal["ok", "degraded", "down"]


class HealthOut(Schema):
    """The process answers."""

    status: Annotated[Literal["ok"], Field(examples=["ok"])] = "ok"


class ComponentOut(Schema):
    """One part, and what its state means for people."""

    state: Annotated[State, Field(examples=["degraded"])]
    detail: Annotated[str, Field(examples=["Redis 不可用：实时推送改为轮询 / Redis is away: live events are polled"])]
    report: Annotated[dict[str, Any] | None, Field(examples=[{"lag_seconds": 0.02}])] = None


class ReadyOut(Schema):
    """Whether requests can be served, and what is degraded. Alarms are answered by Asterisk in any case."""

    status: Annotated[Literal["ready", "degraded", "not_ready"], Field(examples=["degraded"])]
    at: Instant
    components: Annotated[
        dict[str, ComponentOut],
        Field(examples=[{"database": {"state": "ok", "detail": "数据库正常 / database answers"}}]),
    ]
