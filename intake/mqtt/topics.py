"""Topics. The broker lets a gateway use those of its own lifts only."""

from __future__ import annotations

import re
from typing import Final

EVENTS: Final = "liftline/{device_code}/events"
"""Gateways publish here."""
VERDICTS: Final = "liftline/{device_code}/verdicts"
"""Answers go here or below, as the message's response topic says."""
SHARED: Final = "$share/liftline/liftline/+/events"
"""What we subscribe to: several consumers share the messages."""

_EVENTS: Final = re.compile(r"liftline/([0-9A-Za-z-]{5,32})/events")


def device_of(topic: str) -> str | None:
    """Device code of a topic of events."""
    found = _EVENTS.fullmatch(topic)
    return found[1] if found else None


def may_answer(topic: str, device_code: str) -> bool:
    """Say whether a response topic is the lift's own: nobody may have us publish elsewhere."""
    own = VERDICTS.format(device_code=device_code)
    return (topic == own or topic.startswith(own + "/")) and not set("#+\0") & set(topic)
