"""Switch nodes, out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.kit.fields import Instant, Schema


class SwitchOut(Schema):
    """One switch node: how far its journal is collected, and what the record process says of it."""

    node: Annotated[str, Field(examples=["node1"])]
    segment: Annotated[str, Field(description="Newest journal segment", examples=["journal.jsonl"])]
    offset: Annotated[int, Field(description="First byte that is not collected yet", examples=[183204])]
    updated_at: Instant
    health: Annotated[dict[str, Any] | None, Field(examples=[{"ami": "connected"}])]
