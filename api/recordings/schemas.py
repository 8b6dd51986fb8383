"""Recordings, out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Id, Instant, Schema
from store.models import RecordingState


class RecordingOut(Schema):
    """Index entry of one recording: left channel what the line says (the passenger), right what it hears."""

    id: Id
    incident_id: Id | None
    call_id: Id
    target: Annotated[
        str | None,
        Field(
            description="Whose own line, where an operator came on the call; none: the cabin's", examples=["PJSIP/op-1"]
        ),
    ]
    state: Annotated[RecordingState, Field(examples=["ok"])]
    started_at: Instant
    ended_at: Instant | None
    expected_ms: Annotated[int | None, Field(description="Length by the journal", examples=[61250])]
    duration_ms: Annotated[int | None, Field(description="Length of the file", examples=[61240])]
    channels: Annotated[int | None, Field(examples=[2])]
    sample_rate: Annotated[int | None, Field(description="Hz", examples=[8000])]
    bytes: Annotated[int | None, Field(description="Size of the WAV", examples=[1959724])]
    sha256: Annotated[
        str | None,
        Field(description="Of the WAV", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]),
    ]


class WaveformOut(Schema):
    """Peaks (0 … 1) of both channels over equal parts of `part_ms` milliseconds."""

    sample_rate: Annotated[int, Field(description="Hz", examples=[8000])]
    duration_ms: Annotated[int, Field(examples=[61240])]
    part_ms: Annotated[float, Field(examples=[61.25])]
    passenger: Annotated[list[float], Field(examples=[[0.0, 0.31, 0.27]])]
    others: Annotated[list[float], Field(examples=[[0.12, 0.0, 0.4]])]
