"""A phone to hold in the hand: what tests, drills and the demo use.

    with Phone(Account("guard-1", "…", "127.0.0.1", 5060)) as guard:
        call = guard.expect_call(within=5)
        call.answer()
        call.expect_hangup(within=30)

Each phone is a process of its own. Nothing here sleeps: every wait is for an event, with a deadline, and
its error shows the phone's timeline.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from phones.behaviour import parse
from phones.call import Call
from phones.errors import BehaviourError, ExpectationError, PhoneError, RegistrationRefusedError
from phones.events import Event, Name
from phones.link import Link
from phones.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from phones.account import Account

REGISTER_S: Final = 10.0
SOON_S: Final = 2.0


class Phone:
    """One SIP phone. `behaviour` is a text of `phones.behaviour`; `recordings` a folder for what its calls hear."""

    def __init__(
        self, account: Account, behaviour: str = "no-answer", *, recordings: Path | None = None, log: Path | None = None
    ) -> None:
        _check(behaviour)
        self.account = account
        self.timeline = Timeline(account.user)
        self.local_address = ""
        self._behaviour = behaviour
        self._log = log
        self._folder = None if recordings else tempfile.TemporaryDirectory(prefix="liftline-phone-")
        self.recordings = recordings or Path(self._folder.name if self._folder else "")
        self._link: Link | None = None
        self._met: set[int] = set()

    # ---- life

    def start(self) -> Self:
        """Start the process without waiting for it; `ready` does that. Raises `PhonesMissingError`."""
        self.recordings.mkdir(parents=True, exist_ok=True)
        start = {
            "account": self.account.to_dict(),
            "recordings": str(self.recordings),
            "behaviour": self._behaviour,
            "log": str(self._log) if self._log else None,
        }
        self._link = Link(start, self.timeline.append, self.timeline.end)
        return self

    def ready(self, within: float = REGISTER_S) -> Self:
        """Wait until the phone is up and, if it registers, registered. Raises `RegistrationRefusedError`."""
        self.local_address = str(self._running.started(within))
        if self.account.register:
            self.expect_registered(within)
        return self

    def close(self) -> None:
        """Hang up, unregister and end the process. Recordings in a temporary folder go with it."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._folder is not None:
            self._folder.cleanup()

    def kill(self) -> None:
        """SIGKILL: gone without unregistering or hanging up."""
        self._running.kill()

    def __enter__(self) -> Self:
        """Start and wait until ready; a phone that cannot start leaves nothing behind."""
        try:
            return self.start().ready()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the phone."""
        self.close()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._running.pid

    # ---- do

    def call(
        self,
        target: str,
        *,
        tone: int | None = None,
        say: Path | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Call:
        """Dial a number at the registrar, or any SIP URI; say or tone is what the phone sends while it talks."""
        number = self.command("call", target=target, tone=tone, say=str(say) if say else None, headers=headers)
        return Call(self, int(number))

    def behave(self, behaviour: str) -> None:
        """Behave so from the next call on. Raises `BehaviourError` or `PhoneError`."""
        _check(behaviour)
        self.command("behaviour", text=behaviour)

    def unregister(self, within: float = SOON_S) -> None:
        """Take the registration back: the phone is off, and the registrar knows it."""
        seen = len(self.timeline)
        self.command("unregister")
        self.timeline.wait(lambda event: event.name is Name.UNREGISTERED, within, "to be unregistered", seen)

    def reregister(self, within: float = REGISTER_S) -> None:
        """Register again."""
        seen = len(self.timeline)
        self.command("register")
        self.expect_registered(within, skip=seen)

    def command(self, name: str, **arguments: Any) -> Any:  # noqa: ANN401 — JSON
        """Send the process a command; raises `PhoneError` when it refuses."""
        try:
            return self._running.send(name, **arguments)
        except PhoneError as error:
            raise PhoneError(str(self.timeline.failure(str(error)))) from error

    # ---- expect

    def expect_registered(self, within: float = REGISTER_S, skip: int = 0) -> Event:
        """Wait for the registrar's yes; raises `RegistrationRefusedError` with its no."""
        answers = {Name.REGISTERED, Name.REGISTRATION_FAILED}
        event = self.timeline.wait(lambda event: event.name in answers, within, "to be registered", skip)
        if event.name is Name.REGISTRATION_FAILED:
            raise RegistrationRefusedError(self.account.user, event.detail["status"], event.detail["reason"])
        return event

    def expect_call(self, within: float = SOON_S) -> Call:
        """The next call that comes in and was not yet expected; it may have come already."""
        event = self.timeline.wait(self._is_new_invite, within, "a call")
        self._met.add(event.call or 0)
        return Call(self, event.call or 0)

    def expect_no_call(self, during: float) -> None:
        """Make sure that no (further) call comes in for that many seconds."""
        try:
            self.timeline.wait(self._is_new_invite, during, "a call")
        except ExpectationError:
            return
        raise self.timeline.failure(f"expected no call for {during:g} s, but one came")

    @property
    def calls(self) -> list[Call]:
        """All calls that have come in, in order."""
        return [Call(self, event.call or 0) for event in self.timeline.events if event.name is Name.INVITE]

    def _is_new_invite(self, event: Event) -> bool:
        return event.name is Name.INVITE and event.call not in self._met

    @property
    def _running(self) -> Link:
        if self._link is None:
            message = f"{self.account.user} is not started"
            raise PhoneError(message)
        return self._link


def _check(behaviour: str) -> None:
    """Raise `BehaviourError` for a behaviour that cannot be understood, or that says a file that is not there."""
    for step in parse(behaviour):
        if step.say and not Path(step.say).is_file():
            raise BehaviourError(f"{step.say} is no file")


@contextmanager
def switched_on(phones: Sequence[Phone]) -> Iterator[Sequence[Phone]]:
    """Start many phones side by side, wait until all are registered, end all of them afterwards."""
    with ExitStack() as stack:
        for phone in phones:
            stack.callback(phone.close)
            phone.start()
        for phone in phones:
            phone.ready()
        yield phones
