"""The engine of a phone: an endpoint, its account, its calls, and the behaviour that handles each of them.

Runs in an asyncio loop on the main thread; pjsip's thread hands events over with `call_soon_threadsafe`,
so that every decision is taken on one thread.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from phones.behaviour import Behaviour
from phones.calls import Calls
from phones.events import Event, Name
from phones.sip import Emit, Endpoint, Registration, SipError
from phones.sip_call import SipCall, invite_detail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phones.account import Account

FAREWELL_S: Final = 0.5
"""How long a phone that leaves waits for the answers to its last BYE and REGISTER."""

POLL_S: Final = 0.005


class Engine:
    """One phone: registers, takes and places calls, and tells everything to `emit` (from any thread)."""

    def __init__(
        self, account: Account, emit: Emit, recordings: Path, behaviours: tuple[Behaviour, ...], log: Path | None = None
    ) -> None:
        self.account = account
        self.behaviours = behaviours
        self._out = emit
        self._loop = asyncio.get_running_loop()
        self._received = 0
        self._registered = asyncio.Event()
        self.endpoint = Endpoint(account, log)
        self._registration = Registration(self._emit, self._on_invite)
        self._calls = Calls(self._registration, self._emit, recordings / account.user)
        self._loop.set_exception_handler(self._on_loop_error)
        self._registration.open(account)

    # ---- commands

    def call(
        self, target: str, headers: dict[str, str] | None = None, tone: int | None = None, say: str | None = None
    ) -> int:
        """Place a call to a number or URI and return its number at this phone."""
        call = self._calls.new(Behaviour(tone_hz=tone, say=say), time.monotonic())
        call.on_replaced = self._on_replaced
        try:
            call.dial(self.account.uri(target), headers or {})
        except SipError:
            self._calls.finish(call.number)
            raise
        return call.number

    def answer(self, number: int, at: float | None = None) -> None:
        """Answer a ringing call, now or at an instant of the monotonic clock (two phones, the same instant)."""
        call = self._calls.get(number)
        if at is None:
            call.respond(200)
        else:
            self._loop.call_at(at, call.respond, 200)

    def respond(self, number: int, status: int) -> None:
        """Send any response to a call that is not answered yet: 180, 183, or a refusal."""
        self._calls.get(number).respond(status)

    def hangup(self, number: int) -> None:
        """End a call."""
        self._calls.get(number).end()

    def press(self, number: int, digits: str) -> None:
        """Send keys."""
        self._calls.get(number).press(digits)

    def play(self, number: int, tone: int | None = None, say: str | None = None) -> None:
        """Change what a call sends."""
        self._calls.get(number).play(tone, say)

    def statistics(self, number: int) -> str:
        """Packets, loss and jitter of a call."""
        return self._calls.get(number).statistics()

    def behave(self, behaviours: tuple[Behaviour, ...]) -> None:
        """From the next call on, behave so."""
        self.behaviours = behaviours
        self._received = 0

    def register(self) -> None:
        """Register (again)."""
        self._registration.setRegistration(True)

    def unregister(self) -> None:
        """Take the registration back, as a phone that is switched off properly."""
        self._registration.setRegistration(False)

    async def close(self) -> None:
        """Hang up, unregister and close the recordings.

        The SIP stack is left as it is: pjsip takes a second to stop, the end of the process takes none.
        """
        for call in self._calls.running:
            self._quietly(call.end)
        if self._registered.is_set():
            self._quietly(self.unregister)
        deadline = time.monotonic() + FAREWELL_S
        while self._registered.is_set() or self._calls.running:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(POLL_S)
        await self._calls.close()

    # ---- events

    def _emit(self, event: Event) -> None:
        """Tell an event, from any thread, and decide on our own thread what to do about it."""
        self._out(event)
        self._loop.call_soon_threadsafe(self._react, event)

    def _react(self, event: Event) -> None:
        if event.name is Name.REGISTERED:
            self._registered.set()
        elif event.name in {Name.UNREGISTERED, Name.REGISTRATION_FAILED}:
            self._registered.clear()
        elif event.call is not None:
            try:
                self._calls.react(event)
            except SipError as error:
                self._out(Event.now(Name.TROUBLE, event.call, message=error.info()))

    def _on_invite(self, pj_id: int, received: Any) -> None:  # noqa: ANN401 — on pjsip's thread
        now = Event.now(Name.INVITE)
        behaviour = self.behaviours[min(self._received, len(self.behaviours) - 1)]
        self._received += 1
        call = self._calls.new(behaviour, now.at, pj_id)
        call.on_replaced = self._on_replaced
        self._emit(Event(Name.INVITE, now.at, now.utc, call.number, invite_detail(received)))

    def _on_replaced(self, pj_id: int) -> SipCall:  # on pjsip's thread
        """A call that took another's place: it was answered at once, and sends what any call sends."""
        behaviour = self.behaviours[min(self._received, len(self.behaviours) - 1)]
        now = Event.now(Name.INVITE)
        answered = Behaviour(ring_after_s=None, tone_hz=behaviour.tone_hz, say=behaviour.say)
        call = self._calls.new(answered, now.at, pj_id)
        call.on_replaced = self._on_replaced
        self._emit(Event(Name.INVITE, now.at, now.utc, call.number, {"caller": "", "display": "", "replaces": True}))
        return call

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell of something that was due (an answer, a key) and that pjsip refused, because the call had just ended."""
        error = context.get("exception")
        reason = error.info() if isinstance(error, SipError) else repr(error or context["message"])
        self._out(Event.now(Name.TROUBLE, message=reason))

    def _quietly(self, action: Callable[[], None]) -> None:
        try:
            action()
        except SipError as error:
            self._out(Event.now(Name.TROUBLE, message=error.info()))
