"""What goes over the wire between a log and its witness, as JSON.

`POST /heads` with `Submission`: 200 `Countersigned`; 409 `Known`: the proof must begin at that size; 403: the log or
its key is not known; 422: the head does not go on from the one the witness has seen, or its signature does not hold.
`GET /heads?origin=NAME`: 200 `Seen`, 404.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Hash = Annotated[str, Field(max_length=44, description="32 bytes, base64")]


class Wire(BaseModel):
    """What all messages share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Handover(Wire):
    """One key after the other; `signature` is the old key's."""

    old: Annotated[str, Field(max_length=200)]
    new: Annotated[str, Field(max_length=200)]
    at: Annotated[str, Field(max_length=40)]
    signature: Annotated[str, Field(max_length=128)]


class Submission(Wire):
    """A head, and the proof that it goes on from the one of `old_size` leaves."""

    note: Annotated[str, Field(max_length=4096)]
    old_size: Annotated[int, Field(ge=0)]
    proof: Annotated[list[Hash], Field(max_length=64)]
    keys: Annotated[list[Handover], Field(max_length=100)] = []


class Countersigned(Wire):
    """The witness' signature line."""

    cosignature: str


class Known(Wire):
    """Size of the last head the witness has seen; 0 for none."""

    size: int


class Seen(Wire):
    """The last head the witness has seen."""

    note: str
    cosignature: str
