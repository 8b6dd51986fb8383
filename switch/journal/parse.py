"""What a line of the journal says.

A line is one CEL record as JSON. The names of its fields are Asterisk's, whose letter case differs between
versions. The extra of a user event is a URL query string, that of a native record a JSON object.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNIQUE_ID = re.compile(r"(?:(?P<node>.+)-)?\d+\.\d+")
_LINE_START = re.compile(rb'\{"eventtype"', re.IGNORECASE)


class CorruptLineError(ValueError):
    """The line is no CEL record: torn by a crash, overwritten, or not ours."""


@dataclass(frozen=True, slots=True)
class Record:
    """One CEL record, typed."""

    kind: str
    """Name of the user event (`dialplan.names.Event`) or Asterisk's own (`CHAN_START`, `HANGUP`, …)."""
    user: bool
    """Whether our dialplan wrote it."""
    at: datetime
    """The switch's time, UTC, as exact as the switch gives it."""
    node: str
    """Name of the switch node, the prefix of the unique id."""
    call_id: str
    """The linked id: all channels of one alarm share it."""
    channel_id: str
    channel: str
    number: str
    exten: str
    context: str
    peer: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """The event's own fields, decoded."""


def parse_line(raw: bytes) -> Record:
    """Return the record a line holds; raise `CorruptLineError` when it holds none."""
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise CorruptLineError(str(error)) from None
    if not isinstance(document, dict):
        raise CorruptLineError("not a JSON object")
    values = {str(name).lower(): value for name, value in document.items()}
    try:
        return _record(values)
    except (KeyError, ValueError, TypeError) as error:
        raise CorruptLineError(f"{type(error).__name__}: {error}") from None


def salvage(raw: bytes) -> Record | None:
    """Return the whole record at the end of a corrupt line, if there is one.

    When Asterisk is killed while it writes, the first record after its return follows the torn one on the
    same line. That record is good and must not be lost.
    """
    starts = [match.start() for match in _LINE_START.finditer(raw) if match.start()]
    for start in reversed(starts):
        try:
            return parse_line(raw[start:])
        except CorruptLineError:
            continue
    return None


def _record(values: Mapping[str, Any]) -> Record:
    user_kind = str(values.get("userdeftype") or "")
    channel_id = str(values["uniqueid"])
    call_id = str(values["linkedid"])
    return Record(
        kind=user_kind or str(values["eventtype"]),
        user=bool(user_kind),
        at=_utc(str(values["eventtime"])),
        node=node_of(call_id) or node_of(channel_id),
        call_id=call_id,
        channel_id=channel_id,
        channel=str(values.get("channame") or ""),
        number=str(values.get("num") or ""),
        exten=str(values.get("exten") or ""),
        context=str(values.get("context") or ""),
        peer=str(values.get("peer") or ""),
        fields=_extra(values.get("eventextra"), user=bool(user_kind)),
    )


def _utc(text: str) -> datetime:
    """Read Asterisk's time; one without a zone is UTC because we start Asterisk with TZ=UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def node_of(unique_id: str) -> str:
    """Return the switch node's name in a unique id `<node>-<epoch>.<n>`; empty when it has none."""
    match = _UNIQUE_ID.fullmatch(unique_id)
    return (match["node"] or "") if match else ""


def _extra(value: object, *, user: bool) -> dict[str, str]:
    """Decode an extra: text or an object; for our own events the query string within it."""
    document: object = value
    if isinstance(value, str):
        if not value:
            return {}
        try:
            document = json.loads(value)
        except ValueError:
            document = {"extra": value}
    if not isinstance(document, dict):
        return {}
    if user:
        return dict(parse_qsl(str(document.get("extra", "")), keep_blank_values=True))
    return {str(name).lower(): str(content) for name, content in document.items()}
