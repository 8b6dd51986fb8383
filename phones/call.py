"""One call of a phone, as a test or the demo sees it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from phones.events import Event, Name

if TYPE_CHECKING:
    from datetime import datetime

    from phones.process import Phone

SOON_S: Final = 2.0


class Call:
    """A call that came in or was placed. `within` and `during` are seconds; each expectation has a deadline."""

    def __init__(self, phone: Phone, number: int) -> None:
        self.phone = phone
        self.number = number

    # ---- do

    def answer(self, at: float | None = None) -> Call:
        """Pick up, now or at an instant of `time.monotonic()` (for two phones in the same instant)."""
        self._send("answer", at=at)
        return self

    def reject(self, status: int = 486) -> None:
        """Refuse the call with a SIP status."""
        self._send("respond", status=status)

    def ring(self) -> None:
        """Send 180, for a phone whose behaviour is `never-ring`."""
        self._send("respond", status=180)

    def hangup(self) -> None:
        """End the call."""
        self._send("hangup")

    def press(self, digits: str) -> None:
        """Press keys (RFC 4733)."""
        self._send("press", digits=digits)

    def play(self, *, tone: int | None = None, say: Path | str | None = None) -> None:
        """From now on send a tone (Hz) or a WAV file, again and again; silence without either."""
        self._send("play", tone=tone, say=str(say) if say else None)

    def statistics(self) -> str:
        """Packets, loss, jitter, codec and SRTP, in pjsip's words."""
        return str(self._send("statistics"))

    # ---- expect

    def expect(self, name: Name, within: float = SOON_S, **detail: Any) -> Event:  # noqa: ANN401 — event details
        """Wait for an event of this call, whose details equal those given; it may have happened already."""
        wanted = " ".join([str(name), *(f"{key}={value}" for key, value in detail.items())])
        return self.phone.timeline.wait(
            lambda event: (
                event.call == self.number
                and event.name is name
                and all(event.detail.get(key) == value for key, value in detail.items())
            ),
            within,
            f"{wanted} on call {self.number}",
        )

    def expect_ringing(self, within: float = SOON_S) -> Event:
        """Wait until this end rings (180 sent) or hears that the far end does (180 received)."""
        return self.expect(Name.RINGING, within) if self.invite else self.expect(Name.PROGRESS, within, status=180)

    def expect_answered(self, within: float = SOON_S) -> Event:
        """Wait until the call is answered by either end."""
        return self.expect(Name.CONNECTED, within)

    def expect_media(self, within: float = SOON_S) -> Event:
        """Wait until audio flows (early media counts)."""
        return self.expect(Name.MEDIA, within)

    def expect_key(self, digit: str, within: float = SOON_S) -> Event:
        """Wait for a key pressed at the far end."""
        return self.expect(Name.DTMF, within, digit=digit)

    def expect_hangup(self, within: float = SOON_S, status: int | None = None) -> Event:
        """Wait until the call is over, for whatever reason or with this SIP status."""
        event = self.expect(Name.HANGUP, within)
        if status is not None and event.detail["status"] != status:
            raise self.phone.timeline.failure(f"expected the call to end with {status}")
        return event

    # ---- look

    @property
    def events(self) -> list[Event]:
        """What has happened to this call so far."""
        return [event for event in self.phone.timeline.events if event.call == self.number]

    @property
    def invite(self) -> Event | None:
        """The INVITE that brought the call; None for a call that this phone placed."""
        return self._first(Name.INVITE)

    @property
    def caller(self) -> str:
        """User part of the caller's address, for a call that came in."""
        return str(self.invite.detail["caller"]) if self.invite else self.phone.account.user

    @property
    def display(self) -> str:
        """The caller's name as shown."""
        return str(self.invite.detail["display"]) if self.invite else ""

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._first(Name.HANGUP) is not None

    @property
    def has_media(self) -> bool:
        """Whether anything could be heard at all, early media included."""
        return self._first(Name.MEDIA) is not None

    @property
    def keys_heard(self) -> str:
        """All keys the far end has pressed."""
        return "".join(str(event.detail["digit"]) for event in self.events if event.name is Name.DTMF)

    @property
    def received_wav(self) -> Path:
        """The file of what this call heard, 8 kHz mono 16 bit. Waits for it: the call must be over."""
        return Path(self.expect(Name.RECORDED).detail["file"])

    @property
    def recording(self) -> Path:
        """The same file while it grows (`phones.measure.load` reads it although its header is not final)."""
        return self.phone.recordings / f"{self.phone.account.user}-{self.number}.wav"

    @property
    def heard_from(self) -> datetime:
        """UTC instant of the first sample of `received_wav`."""
        return self.expect(Name.MEDIA).utc

    def _first(self, name: Name) -> Event | None:
        return next((event for event in self.events if event.name is name), None)

    def _send(self, command: str, **arguments: Any) -> Any:  # noqa: ANN401 — JSON
        return self.phone.command(command, number=self.number, **arguments)
