"""Path and query parameters that several resources share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime

PathId = Annotated[int, Path(ge=1, le=2**63 - 1, description="编号 / id")]

Search = Annotated[
    str | None, Query(min_length=1, max_length=100, description="包含该文字 / contains this text, case ignored")
]

From = Annotated[AwareDatetime | None, Query(alias="from", description="不早于（含） / not before, RFC 3339 with zone")]
To = Annotated[AwareDatetime | None, Query(alias="to", description="早于（不含） / before, RFC 3339 with zone")]
OptionalId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
