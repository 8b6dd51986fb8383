"""What a phone tells: the events of its log, one JSON object per line on the agent's standard output.

Each has `at` (seconds of `time.monotonic`, the same clock in every process of a machine), `utc`, and for
the events of a call its number at that phone, from 1.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Name(StrEnum):
    """Kinds of events; in brackets the details they carry."""

    REGISTERED = "registered"  # the registrar took us (status, expires)
    UNREGISTERED = "unregistered"
    REGISTRATION_FAILED = "registration_failed"  # (status, reason)
    INVITE = "invite"  # a call comes in (from, to, display, source, call_id, message)
    CALLING = "calling"  # we call (to)
    PROGRESS = "progress"  # 1xx received (status)
    RINGING = "ringing"  # 180 sent
    EARLY_MEDIA = "early_media"  # 183 with media sent
    REFUSED = "refused"  # a final refusal sent (status)
    ANSWERED = "answered"  # 200 sent or received
    CONNECTED = "connected"  # ACK received or sent
    MEDIA = "media"  # audio flows (codec, direction, srtp)
    IDENTITY = "identity"  # the far end told who is there now (who)
    DTMF = "dtmf"  # a key of the far end (digit)
    KEYS = "keys"  # keys we pressed (digits)
    REINVITE = "reinvite"  # the far end changed the media
    PLAYING = "playing"  # what we send from now on (tone, say)
    HANGUP = "hangup"  # the call is over (by=near|far, status, reason, cause)
    RECORDED = "recorded"  # what the call heard is in a file (file)
    TROUBLE = "trouble"  # something went wrong in the agent (message)


@dataclass(frozen=True)
class Event:
    """One thing that happened at a phone."""

    name: Name
    at: float
    utc: datetime
    call: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def now(cls, name: Name, call: int | None = None, **detail: Any) -> Event:  # noqa: ANN401 — any JSON value
        """An event of this instant."""
        return cls(name, time.monotonic(), datetime.now(UTC), call, detail)

    def to_json(self) -> str:
        """One line without a line end."""
        known = {"event": self.name, "at": self.at, "utc": self.utc.isoformat(), "call": self.call}
        return json.dumps({**known, **self.detail}, ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Event:
        """The event of a parsed line."""
        detail = {key: value for key, value in data.items() if key not in {"event", "at", "utc", "call"}}
        utc = datetime.fromisoformat(data["utc"])
        return cls(Name(data["event"]), float(data["at"]), utc, data.get("call"), detail)

    def describe(self, since: float) -> str:
        """One line for people: seconds after `since`, call, event, details."""
        shown = " ".join(f"{key}={value}" for key, value in self.detail.items() if key != "message")
        call = f"call {self.call}" if self.call is not None else ""
        return f"{self.at - since:9.3f} s  {call:7} {self.name} {shown}".rstrip()
