"""One call on pjsua2: reports its states, plays what it is told to, records what it receives."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

import pjsua2 as pj

from phones.events import Event, Name
from phones.sip import CLOCK_HZ, SipError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from phones.sip import Emit, Registration

DEFAULTS: Final = True  # pjsua2: take a call's settings from the account's
LOOPED: Final = True
WITH_MEDIA: Final = True
TONE_MS: Final = 30_000
TONE_VOLUME: Final = 8192
FIRST_FINAL: Final = 200
FIRST_REFUSAL: Final = 300


def header(message: str, name: str) -> str | None:
    """The value of the first header of that name in a SIP message."""
    found = re.search(rf"(?im)^{re.escape(name)}[ \t]*:[ \t]*(.*?)\r?$", message)
    return found[1] if found else None


def invite_detail(received: Any) -> dict[str, Any]:  # noqa: ANN401 — pjsua2 has no types
    """What an INVITE says about who calls whom."""
    message = str(received.wholeMsg)
    sender = header(message, "From") or ""
    return {
        "from": sender,
        "caller": sender.partition("sip:")[2].partition("@")[0],
        "display": sender.partition("<")[0].strip().strip('"'),
        "to": header(message, "To"),
        "source": str(received.srcAddress),
        "call_id": header(message, "Call-ID"),
        "message": message,
    }


class SipCall(pj.Call):  # type: ignore[misc]
    """One call: reports its states, plays what it is told to and records what it receives."""

    def __init__(
        self, registration: Registration, number: int, emit: Emit, recording: Path, *, pj_id: int = -1
    ) -> None:
        super().__init__(registration, pj_id)
        self.number = number
        self.over = False
        self.incoming = pj_id >= 0
        self._emit = emit
        self._recording = recording
        self._recorder: Any = None
        self._audio: Any = None
        self._source: Any = None
        self._ended_here = False
        self._cause: str | None = None
        self._who: str | None = None
        self._answered = False
        self.on_replaced: Callable[[int], SipCall] | None = None
        """Makes the call that takes this one's place (INVITE with Replaces), from its pjsip number."""

    # ---- what it is told

    def dial(self, uri: str, headers: dict[str, str]) -> None:
        """Send the INVITE; `headers` are added to it."""
        options = pj.CallOpParam(DEFAULTS)
        for name, value in headers.items():
            extra = pj.SipHeader()
            extra.hName, extra.hValue = name, value
            options.txOption.headers.append(extra)
        self._emit(Event.now(Name.CALLING, self.number, to=uri))
        self.makeCall(uri, options)

    def respond(self, status: int) -> None:
        """Send a response to the INVITE; a refusal ends the call."""
        options = pj.CallOpParam(DEFAULTS)
        options.statusCode = status
        self._ended_here = status >= FIRST_REFUSAL
        self._answered = FIRST_FINAL <= status < FIRST_REFUSAL
        self.answer(options)
        if status == pj.PJSIP_SC_RINGING:
            self._emit(Event.now(Name.RINGING, self.number))
        elif status == pj.PJSIP_SC_PROGRESS:
            self._emit(Event.now(Name.EARLY_MEDIA, self.number))
        elif status >= FIRST_REFUSAL:
            self._emit(Event.now(Name.REFUSED, self.number, status=status))

    def end(self) -> None:
        """Hang up: BYE, CANCEL or a refusal, whatever the call's state asks for."""
        self._ended_here = True
        self.hangup(pj.CallOpParam(DEFAULTS))

    def press(self, digits: str) -> None:
        """Send DTMF digits as RFC 4733 events."""
        self.dialDtmf(digits)
        self._emit(Event.now(Name.KEYS, self.number, digits=digits))

    def play(self, tone_hz: int | None, wav: str | None) -> None:
        """From now on send this tone (Hz) or this WAV file, again and again; silence when neither is given."""
        if self._source is not None and self._audio is not None:
            with contextlib.suppress(SipError):
                self._source.stopTransmit(self._audio)
        self._source = _file(wav) if wav else _tone(tone_hz) if tone_hz else None
        self._connect_source()
        self._emit(Event.now(Name.PLAYING, self.number, tone=tone_hz, say=wav))

    def statistics(self) -> str:
        """Pjsip's own account of the call's media: packets, loss, jitter, codec, SRTP."""
        return str(self.dump(WITH_MEDIA, "  "))

    def finish(self) -> Path | None:
        """Let go of the recording and return its file, if there is one; the conference bridge closes it soon.

        To be called when the call is over, not from a call-back.
        """
        recorded = self._recorder is not None
        self._recorder = self._source = self._audio = None
        return self._recording if recorded else None

    # ---- what happens to it

    def onCallState(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: the call went on to another state."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONNECTING:
            self._answered = True
            self._emit(Event.now(Name.ANSWERED, self.number))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._emit(Event.now(Name.CONNECTED, self.number))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.over = True
            self._cause = header(_received(prm.e), "Reason") or self._cause
            by = "near" if self._ended_here else "far"
            self._emit(
                Event.now(
                    Name.HANGUP,
                    self.number,
                    by=by,
                    status=info.lastStatusCode,
                    reason=info.lastReason,
                    cause=self._cause,
                    answered=self._answered,
                )
            )

    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: a transaction of this call moved; tells of 1xx answers and of why the far end left."""
        message = _received(prm.e)
        if not message:
            return
        self._cause = header(message, "Reason") or self._cause
        who = header(message, "P-Asserted-Identity") or header(message, "Remote-Party-ID")
        if who and who != self._who:
            self._who = who
            self._emit(Event.now(Name.IDENTITY, self.number, who=who))
        transaction = prm.e.body.tsxState.tsx
        outgoing = transaction.role == pj.PJSIP_ROLE_UAC and transaction.method == "INVITE"
        if outgoing and transaction.statusCode < FIRST_FINAL and not self._answered:
            early = "application/sdp" in message
            self._emit(Event.now(Name.PROGRESS, self.number, status=transaction.statusCode, media=early))

    def onCallReplaced(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: an INVITE with Replaces took this call's place, and was answered for us."""
        if self.on_replaced is None:
            return
        successor = self.on_replaced(prm.newCallId)
        prm.newCall = successor
        successor.take_over()

    def take_over(self) -> None:
        """Go on from where pjsip already is: the call was answered before it was ours."""
        self._answered = True
        self._emit(Event.now(Name.ANSWERED, self.number))
        self.onCallMediaState(None)
        self._emit(Event.now(Name.CONNECTED, self.number))

    def onCallRxReinvite(self, prm: Any) -> None:  # noqa: N802, ANN401, ARG002
        """Pjsip: the far end offers other media."""
        self._emit(Event.now(Name.REINVITE, self.number))

    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: the far end pressed a key."""
        self._emit(Event.now(Name.DTMF, self.number, digit=prm.digit))

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ANN401, ARG002
        """Pjsip: audio starts, changes or stops; (re)connect the recorder and what we send."""
        info = self.getInfo()  # kept in a name: its list of media dies with it
        for index, media in enumerate(info.media):
            if media.type != pj.PJMEDIA_TYPE_AUDIO or media.status != pj.PJSUA_CALL_MEDIA_ACTIVE:
                continue
            self._audio = self.getAudioMedia(index)
            if self._recorder is None:
                self._recorder = pj.AudioMediaRecorder()
                self._recorder.createRecorder(str(self._recording))
            self._audio.startTransmit(self._recorder)
            self._connect_source()
            stream = self.getStreamInfo(index)
            self._emit(
                Event.now(
                    Name.MEDIA,
                    self.number,
                    codec=stream.codecName,
                    srtp=stream.proto == pj.PJMEDIA_TP_PROTO_RTP_SAVP,
                    early=not self._answered,
                )
            )

    def _connect_source(self) -> None:
        if self._source is not None and self._audio is not None:
            self._source.startTransmit(self._audio)


def _received(event: Any) -> str:  # noqa: ANN401
    """The SIP message that moved a transaction; empty when a timer or we ourselves did."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE or event.body.tsxState.type != pj.PJSIP_EVENT_RX_MSG:
        return ""
    return str(event.body.tsxState.src.rdata.wholeMsg)


def _file(wav: str) -> Any:  # noqa: ANN401
    player = pj.AudioMediaPlayer()
    player.createPlayer(wav)
    return player


def _tone(hertz: int) -> Any:  # noqa: ANN401
    generator = pj.ToneGenerator()
    generator.createToneGenerator(CLOCK_HZ, 1)
    tone = pj.ToneDesc()
    tone.freq1, tone.freq2, tone.on_msec, tone.off_msec, tone.volume = hertz, 0, TONE_MS, 0, TONE_VOLUME
    generator.play(pj.ToneDescVector([tone]), LOOPED)
    return generator
