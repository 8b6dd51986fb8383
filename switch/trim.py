"""Trimming: a leg rings for its tier's time (15 s), counted from its ringing, and not a moment longer.

The dialplan's own limit is ring time + set-up allowance, for a mobile network may take seconds before a phone
rings, and Asterisk counts it by the wall clock. Here each leg is timed by the monotonic clock from AMI's
`Ringing` on, so that neither a slow network nor a clock that is set changes the ring time. (Notice, annex 1
section 二: 15 seconds.) Without this process the dialplan's limit stands.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from dialplan.names import Role
from switch.ami.channels import RINGING, channel_of, live_channels
from switch.ami.link import AmiError, AmiRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from switch.ami.channels import Channel
    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

RING_VARIABLE = "LL_RING"
ROLE_VARIABLE = "LL_ROLE"
NO_ANSWER = "19"
"""Q.850 cause 19, "no answer from user": Dial then reports NOANSWER."""
MAX_TIMERS = 10_000
"""More ringing legs than this are left to the dialplan's own limit."""


def ring_seconds(channel: Channel) -> float | None:
    """Return how long this leg may ring; none when it is no leg of ours, or rings until answered."""
    if channel.local or channel.variables.get(ROLE_VARIABLE) == Role.CENTRE:
        return None
    try:
        seconds = float(channel.variables.get(RING_VARIABLE, ""))
    except ValueError:
        return None
    return seconds if seconds > 0 else None


class Trimmer:
    """Ends legs that have rung their time.

    Args:
        link: the link to the switch; the trimmer registers its own event handlers there.
    """

    def __init__(self, link: AmiLink) -> None:
        self._link = link
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._hangups: set[asyncio.Task[None]] = set()
        self.trimmed = 0
        link.on_event("Newstate", self._on_state)
        link.on_event("Hangup", self._on_gone)
        link.on_up(self._resume)
        link.on_down(self.clear)

    @property
    def ringing(self) -> int:
        """Number of legs being timed."""
        return len(self._timers)

    def clear(self) -> None:
        """Forget all timers: without a link nothing can be trimmed."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    async def _resume(self) -> None:
        """Time the legs that ring already.

        How long they have rung is not known. Better a few seconds too long, which the dialplan's limit bounds,
        than to take the phone out of the hand of a person who reaches for it.
        """
        for channel in await live_channels(self._link):
            if channel.state == RINGING:
                self._start(channel)

    def _on_state(self, event: Mapping[str, Any]) -> None:
        channel = channel_of(event)
        if channel.state == RINGING:
            self._start(channel)
        else:
            self._stop(channel.channel_id)

    def _on_gone(self, event: Mapping[str, Any]) -> None:
        self._stop(event.get("Uniqueid", ""))

    def _start(self, channel: Channel) -> None:
        seconds = ring_seconds(channel)
        if seconds is None or channel.channel_id in self._timers:
            return
        if len(self._timers) >= MAX_TIMERS:
            log.error("trimmer_full", channel=channel.name)
            return
        loop = asyncio.get_running_loop()
        self._timers[channel.channel_id] = loop.call_later(seconds, self._due, channel)

    def _stop(self, channel_id: str) -> None:
        if timer := self._timers.pop(channel_id, None):
            timer.cancel()

    def _due(self, channel: Channel) -> None:
        self._timers.pop(channel.channel_id, None)
        task = asyncio.get_running_loop().create_task(self._hang_up(channel))
        self._hangups.add(task)
        task.add_done_callback(self._hangups.discard)

    async def _hang_up(self, channel: Channel) -> None:
        try:
            # It may have been answered in this very instant, and the event is on its way to us.
            state = await self._link.action("Getvar", Channel=channel.name, Variable="CHANNEL(state)")
            if state.get("Value") != RINGING:
                return
            await self._link.action("Hangup", Channel=channel.name, Cause=NO_ANSWER)
        except AmiRefusedError:
            return  # gone by itself in the meantime
        except AmiError as error:
            log.warning("trim_failed", channel=channel.name, error=str(error))
        else:
            self.trimmed += 1
