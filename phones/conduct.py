"""How one call is handled: a behaviour, carried out step by step as the call goes on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from phones.events import Event, Name

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from phones.behaviour import Behaviour

RINGING = 180
PROGRESS = 183
OK = 200


class Handset(Protocol):
    """What a behaviour can do to its call (`phones.sip.SipCall`)."""

    @property
    def over(self) -> bool:
        """Whether the call has ended."""

    def respond(self, status: int) -> None:
        """Send a response to the INVITE."""

    def end(self) -> None:
        """Hang up."""

    def press(self, digits: str) -> None:
        """Press keys."""

    def play(self, tone_hz: int | None, wav: str | None) -> None:
        """Send a tone or a file."""


class Conduct:
    """Carries `behaviour` out on `call`. Times count from the event they follow, not from when we heard of it."""

    def __init__(self, call: Handset, behaviour: Behaviour, began_at: float, loop: asyncio.AbstractEventLoop) -> None:
        self._call = call
        self._behaviour = behaviour
        self._began_at = began_at
        self._loop = loop
        self._timers: list[asyncio.TimerHandle] = []
        self._media_seen = False

    def react(self, event: Event) -> None:
        """Do what the behaviour says about this event of the call."""
        match event.name:
            case Name.INVITE:
                self._take()
            case Name.MEDIA if not self._media_seen:
                self._media_seen = True
                self._sound()
            case Name.CONNECTED:
                self._talk(event.at)

    def stop(self) -> None:
        """The call is over: nothing more happens."""
        for timer in self._timers:
            timer.cancel()

    def _take(self) -> None:
        plan = self._behaviour
        refusing_at_once = plan.refuse_with is not None and plan.refuse_after_s == 0
        answering_at_once = plan.answer_after_s == 0
        if plan.early_hz is not None:
            self._call.respond(PROGRESS)
        elif plan.ring_after_s is not None and not refusing_at_once and not answering_at_once:
            self._at(self._began_at + plan.ring_after_s, lambda: self._call.respond(RINGING))
        if plan.refuse_with is not None:
            status = plan.refuse_with
            self._at(self._began_at + plan.refuse_after_s, lambda: self._call.respond(status))
        if plan.answer_after_s is not None:
            self._at(self._began_at + plan.answer_after_s, lambda: self._call.respond(OK))

    def _sound(self) -> None:
        plan = self._behaviour
        tone = plan.early_hz or plan.tone_hz
        if tone or plan.say:
            self._call.play(tone, plan.say)

    def _talk(self, answered_at: float) -> None:
        plan = self._behaviour
        if plan.early_hz:
            self._call.play(plan.tone_hz, plan.say)
        when = answered_at
        for key in plan.keys:
            when += key.after_s
            self._at(when, partial(self._call.press, key.digits))
        if plan.hangup_after_s is not None:
            self._at(answered_at + plan.hangup_after_s, self._call.end)

    def _at(self, when: float, action: Callable[[], None]) -> None:
        if when <= self._loop.time():
            action()
        else:
            self._timers.append(self._loop.call_at(when, self._unless_over, action))

    def _unless_over(self, action: Callable[[], None]) -> None:
        if not self._call.over:
            action()
