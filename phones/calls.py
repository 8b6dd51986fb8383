"""The calls a phone has: each with its behaviour, its recording, and its end."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING, Final

from phones.conduct import Conduct
from phones.errors import PhoneError
from phones.events import Event, Name
from phones.sip_call import SipCall
from phones.wav import is_whole

if TYPE_CHECKING:
    from pathlib import Path

    from phones.behaviour import Behaviour
    from phones.sip import Emit, Registration

CLOSING_S: Final = 2.0
"""How long a recording may take to be written out."""
LINGER_S: Final = 1.0
"""How long a finished call is kept: pjsip's thread may still be on its way out of one of its call-backs."""
POLL_S: Final = 0.005


class Calls:
    """Running calls by number. `recordings` is the path that the names of their files begin with."""

    def __init__(self, registration: Registration, emit: Emit, recordings: Path) -> None:
        self._registration = registration
        self._emit = emit
        self._recordings = recordings
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._calls: dict[int, SipCall] = {}
        self._conducts: dict[int, Conduct] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def new(self, behaviour: Behaviour, began_at: float, pj_id: int = -1) -> SipCall:
        """A call that is to behave so; `pj_id` is pjsip's number of one that comes in."""
        number = next(self._numbers)
        file = self._recordings.with_name(f"{self._recordings.name}-{number}.wav")
        call = SipCall(self._registration, number, self._emit, file, pj_id=pj_id)
        self._calls[number] = call
        self._conducts[number] = Conduct(call, behaviour, began_at, self._loop)
        return call

    def get(self, number: int) -> SipCall:
        """The running call of that number; raises `PhoneError` when it is over."""
        try:
            return self._calls[number]
        except KeyError:
            raise PhoneError(f"there is no call {number} any more") from None

    @property
    def running(self) -> list[SipCall]:
        """All calls that are not over."""
        return [call for call in self._calls.values() if not call.over]

    def react(self, event: Event) -> None:
        """Let the behaviour of the event's call go on; close the call when it is over."""
        number = event.call or 0
        if number not in self._conducts:
            return
        self._conducts[number].react(event)
        if event.name is Name.HANGUP:
            self.finish(number)

    def finish(self, number: int) -> None:
        """Close what the call heard, and tell when the file is whole."""
        self._conducts.pop(number).stop()
        call = self._calls.pop(number)
        file = call.finish()
        self._loop.call_later(LINGER_S, _let_go, call)
        if file is not None:
            closing = asyncio.create_task(self._tell_recorded(number, file))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Finish all calls and wait for their files."""
        for number in list(self._calls):
            self.finish(number)
        await asyncio.gather(*self._closing)

    async def _tell_recorded(self, number: int, file: Path) -> None:
        deadline = time.monotonic() + CLOSING_S
        while not is_whole(file):  # the conference bridge closes it in its own time and tells nobody
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(POLL_S)
        self._emit(Event.now(Name.RECORDED, number, file=str(file)))


def _let_go(_call: SipCall) -> None:
    """Drop the last reference."""
