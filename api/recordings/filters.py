"""How a list of recordings is narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from api.kit.query import From, To
from api.recordings.audio import Format
from store.models import RecordingState


@dataclass(frozen=True, slots=True)
class RecordingFilters:
    """Query parameters; those not given do not narrow. `from` and `to` are times of the press."""

    incident: Annotated[str | None, Query(max_length=16, description="事件编号 / incident number")] = None
    lift: Annotated[str | None, Query(max_length=40, description="设备代码、使用登记证号或救援编号")] = None
    state: RecordingState | None = None
    since: From = None
    until: To = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """In which form the file is wanted."""

    format: Annotated[Format, Query(description="文件格式 / file format")] = "wav"
    inline: Annotated[bool, Query(description="在浏览器内播放 / for a player, not for saving")] = False
