"""Refused calls, out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Id, Instant, Schema


class RefusedCallOut(Schema):
    """A call into a cabin, or onto an alarm, that the switch turned away."""

    id: Id
    at: Instant
    switch_node: Annotated[str | None, Field(examples=["node1"])]
    caller: Annotated[
        str | None, Field(description="SIP account, or number on the trunk; none: withheld", examples=["13800000009"])
    ]
    who: Annotated[str | None, Field(description="That phone's person or label, where it is ours", examples=["值班室"])]
    reason: Annotated[str, Field(description="no-such-lift, not-a-member, not-an-operator", examples=["not-a-member"])]
    device_code: Annotated[str | None, Field(description="The lift", examples=["31130100000000000001"])]
    rescue: Annotated[
        str | None, Field(description="What was entered, where it is no lift's number", examples=["999999"])
    ]
    incident: Annotated[str | None, Field(description="The lift's incident then", examples=["20261122-0001"])]
