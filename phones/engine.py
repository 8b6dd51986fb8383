"""The engine of a phone: an endpoint, its account, its calls, and the behaviour that handles each of them.

Runs in an asyncio loop on the main thread; pjsip's thread hands events over with `call_soon_threadsafe`,
so that every decision is taken on one thread.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING, Any, Final

from phones.behaviour import Behaviour
from phones.conduct import Conduct
from phones.errors import PhoneError
from phones.events import Event, Name
from phones.sip import Emit, Endpoint, Registration, SipError
from phones.sip_call import SipCall, header
from phones.wav import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phones.account import Account

FAREWELL_S: Final = 0.5
"""How long a phone that leaves waits for the answers to its last BYE and REGISTER."""

CLOSING_S: Final = 2.0
"""How long a recording may take to be written out."""


class Engine:
    """One phone: registers, takes and places calls, and tells everything to `emit` (from any thread)."""

    def __init__(
        self, account: Account, emit: Emit, recordings: Path, behaviours: tuple[Behaviour, ...], log: Path | None = None
    ) -> None:
        self.account = account
        self.behaviours = behaviours
        self._out = emit
        self._recordings = recordings
        self._loop = asyncio.get_running_loop()
        self._calls: dict[int, SipCall] = {}
        self._conducts: dict[int, Conduct] = {}
        self._received = 0
        self._numbers = itertools.count(1)
        self._registered = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self.endpoint = Endpoint(account, log)
        self._registration = Registration(self._emit, self._on_invite)
        self._registration.open(account)

    # ---- commands

    def call(
        self, target: str, headers: dict[str, str] | None = None, tone: int | None = None, say: str | None = None
    ) -> int:
        """Place a call to a number or URI and return its number at this phone."""
        call = self._new_call()
        behaviour = Behaviour(tone_hz=tone, say=say)
        self._conducts[call.number] = Conduct(call, behaviour, time.monotonic(), self._loop)
        call.dial(self.account.uri(target), headers or {})
        return call.number

    def answer(self, number: int, at: float | None = None) -> None:
        """Answer a ringing call, now or at an instant of the monotonic clock (two phones, the same instant)."""
        call = self._call(number)
        if at is None:
            call.respond(200)
        else:
            self._loop.call_at(at, call.respond, 200)

    def respond(self, number: int, status: int) -> None:
        """Send any response to a call that is not answered yet: 180, 183, or a refusal."""
        self._call(number).respond(status)

    def hangup(self, number: int) -> None:
        """End a call."""
        self._call(number).end()

    def press(self, number: int, digits: str) -> None:
        """Send keys."""
        self._call(number).press(digits)

    def play(self, number: int, tone: int | None = None, say: str | None = None) -> None:
        """Change what a call sends."""
        self._call(number).play(tone, say)

    def statistics(self, number: int) -> str:
        """Packets, loss and jitter of a call."""
        return self._call(number).statistics()

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
        for call in list(self._calls.values()):
            if not call.over:
                self._quietly(call.end)
        if self._registered.is_set():
            self._quietly(self.unregister)
        deadline = time.monotonic() + FAREWELL_S
        while (self._registered.is_set() or self._calls) and time.monotonic() < deadline:  # noqa: ASYNC110 — a process that leaves
            await asyncio.sleep(0.005)
        for number in list(self._calls):
            self._finish(number)
        await asyncio.gather(*self._closing)

    # ---- events

    def _emit(self, event: Event) -> None:
        self._out(event)
        self._loop.call_soon_threadsafe(self._react, event)

    def _react(self, event: Event) -> None:
        if event.name is Name.REGISTERED:
            self._registered.set()
        elif event.name in {Name.UNREGISTERED, Name.REGISTRATION_FAILED}:
            self._registered.clear()
        conduct = self._conducts.get(event.call or 0)
        if conduct is None:
            return
        try:
            conduct.react(event)
        except SipError as error:
            self._out(Event.now(Name.TROUBLE, event.call, message=error.info()))
        if event.name is Name.HANGUP:
            self._conducts.pop(event.call or 0).stop()
            self._finish(event.call or 0)

    def _finish(self, number: int) -> None:
        """Close what the call heard, and tell when the file is whole."""
        file = self._calls.pop(number).finish()
        if file is not None:
            closing = asyncio.create_task(self._tell_recorded(number, file))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _tell_recorded(self, number: int, file: Path) -> None:
        deadline = time.monotonic() + CLOSING_S
        while not is_whole(file) and time.monotonic() < deadline:  # noqa: ASYNC110 — a file tells nothing
            await asyncio.sleep(0.005)
        self._out(Event.now(Name.RECORDED, number, file=str(file)))

    def _on_invite(self, pj_id: int, received: Any) -> None:  # noqa: ANN401 — on pjsip's thread
        now = Event.now(Name.INVITE)
        call = self._new_call(pj_id)
        behaviour = self.behaviours[min(self._received, len(self.behaviours) - 1)]
        self._received += 1
        self._conducts[call.number] = Conduct(call, behaviour, now.at, self._loop)
        message = received.wholeMsg
        sender = header(message, "From") or ""
        detail = {
            "from": sender,
            "caller": sender.partition("sip:")[2].partition("@")[0],
            "display": sender.partition("<")[0].strip().strip('"'),
            "to": header(message, "To"),
            "source": received.srcAddress,
            "call_id": header(message, "Call-ID"),
            "message": message,
        }
        self._emit(Event(Name.INVITE, now.at, now.utc, call.number, detail))

    def _new_call(self, pj_id: int = -1) -> SipCall:
        number = next(self._numbers)
        file = self._recordings / f"{self.account.user}-{number}.wav"
        call = SipCall(self._registration, number, self._emit, file, pj_id=pj_id)
        self._calls[number] = call
        return call

    def _call(self, number: int) -> SipCall:
        try:
            return self._calls[number]
        except KeyError:
            message = f"{self.account.user} has no call {number} any more"
            raise PhoneError(message) from None

    def _quietly(self, action: Callable[[], None]) -> None:
        try:
            action()
        except SipError as error:
            self._out(Event.now(Name.TROUBLE, message=error.info()))
