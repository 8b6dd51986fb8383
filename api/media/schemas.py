"""Media, out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Id, Instant, Schema
from sensing.events import MediaKind


class MediaOut(Schema):
    """A picture, video or sound from a cabin. Its bytes are at `/media/{id}/content`."""

    id: Id
    lift_id: Id
    incident_id: Id | None
    media_id: Annotated[str, Field(description="The gateway's own name of it", examples=["7f3c-img-0007"])]
    kind: Annotated[MediaKind, Field(examples=["snapshot"])]
    content_type: Annotated[str, Field(description="As found in the file", examples=["image/jpeg"])]
    bytes: Annotated[int, Field(examples=[48211])]
    sha256: Annotated[str, Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])]
    taken_at: Instant
    stored_at: Instant
