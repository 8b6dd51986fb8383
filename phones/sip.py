"""pjsua2, wrapped: one endpoint, one account, calls that report what happens to them.

The only module that imports pjsua2 (it has no type stubs). Call-backs run on pjsip's own thread: they
note the time, tell the listener, and touch nothing else.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pjsua2 as pj  # type: ignore[import-untyped]

from phones.account import Account
from phones.events import Event, Name

Emit = Callable[[Event], None]

CLOCK_HZ: Final = 8000
MAX_CALLS: Final = 8
CODECS: Final = ("PCMA/8000", "PCMU/8000")
TONE_MS: Final = 30_000
TONE_VOLUME: Final = 8192
TRANSPORTS: Final = {"udp": pj.PJSIP_TRANSPORT_UDP, "tcp": pj.PJSIP_TRANSPORT_TCP, "tls": pj.PJSIP_TRANSPORT_TLS}
FIRST_FINAL: Final = 200
FIRST_REFUSAL: Final = 300

SipError = pj.Error


class Endpoint:
    """The SIP stack of this process, without a sound card."""

    def __init__(self, account: Account, log: Path | None = None) -> None:
        self.stack = pj.Endpoint()
        self.stack.libCreate()
        self.stack.libInit(_endpoint_config(log))
        transport = pj.TransportConfig()
        transport.port = account.bind_port
        transport.boundAddress = account.bind
        self._transport = self.stack.transportCreate(TRANSPORTS[account.transport], transport)
        self.stack.audDevManager().setNullDev()
        for codec in self.stack.codecEnum2():
            wanted = codec.codecId.startswith(CODECS)
            self.stack.codecSetPriority(codec.codecId, 255 - CODECS.index(codec.codecId[:9]) if wanted else 0)
        self.stack.libStart()

    @property
    def local_address(self) -> str:
        """Host and port that SIP is bound to."""
        return str(self.stack.transportGetInfo(self._transport).localName)


def _endpoint_config(log: Path | None) -> Any:  # noqa: ANN401 — pjsua2 has no types
    config = pj.EpConfig()
    config.uaConfig.maxCalls = MAX_CALLS
    config.uaConfig.threadCnt = 1
    config.uaConfig.userAgent = "Liftline phone"
    config.logConfig.consoleLevel = 0
    config.logConfig.level = 5 if log else 0
    config.logConfig.filename = str(log) if log else ""
    # No voice activity detection, no echo canceller: what is sent is what the far end gets, silence too.
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    config.medConfig.clockRate = CLOCK_HZ
    config.medConfig.sndClockRate = CLOCK_HZ
    config.medConfig.channelCount = 1
    config.medConfig.maxMediaPorts = 4 * MAX_CALLS
    return config


class Registration(pj.Account):  # type: ignore[misc]
    """The account: reports registrations and hands each INVITE to `incoming`."""

    def __init__(self, emit: Emit, incoming: Callable[[int, Any], None]) -> None:
        super().__init__()
        self._emit = emit
        self._incoming = incoming

    def open(self, account: Account) -> None:
        """Start to register (when the account wants to) and to take calls."""
        config = pj.AccountConfig()
        config.idUri = account.address
        config.regConfig.registrarUri = account.registrar if account.register else ""
        config.regConfig.timeoutSec = account.expires_s
        config.regConfig.retryIntervalSec = 5
        config.regConfig.firstRetryIntervalSec = 1
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", account.user, 0, account.password))
        config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
        config.natConfig.contactRewriteUse = 0
        config.natConfig.viaRewriteUse = 0
        config.natConfig.sdpNatRewriteUse = 0
        config.natConfig.sipOutboundUse = 0
        config.natConfig.udpKaIntervalSec = 0
        config.mediaConfig.transportConfig.port = 0
        config.mediaConfig.transportConfig.boundAddress = account.bind
        config.mediaConfig.lockCodecEnabled = False
        if account.srtp:
            config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY
            # SRTP keys travel in SDP: over anything but TLS they would be readable, but that is the tester's choice.
            config.mediaConfig.srtpSecureSignaling = 0
        self.create(config)

    def onRegState(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: a REGISTER was answered, or was not."""
        if prm.code // 100 != 2:  # noqa: PLR2004
            self._emit(Event.now(Name.REGISTRATION_FAILED, status=prm.code, reason=prm.reason))
        elif prm.expiration in {0, 0xFFFFFFFF}:
            self._emit(Event.now(Name.UNREGISTERED))
        else:
            self._emit(Event.now(Name.REGISTERED, status=prm.code, expires=prm.expiration))

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802, ANN401
        """Pjsip: an INVITE."""
        self._incoming(prm.callId, prm.rdata)


def header(message: str, name: str) -> str | None:
    """The value of the first header of that name in a SIP message."""
    found = re.search(rf"(?im)^{re.escape(name)}[ \t]*:[ \t]*(.*?)\r?$", message)
    return found[1] if found else None


class SipCall(pj.Call):  # type: ignore[misc]
    """One call: reports its states, plays what it is told to and records what it receives."""

    def __init__(self, registration: Registration, number: int, emit: Emit, recording: Path, *, pj_id: int = -1) -> None:
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
        self._answered = False

    # ---- what it is told

    def dial(self, uri: str, headers: dict[str, str]) -> None:
        """Send the INVITE; `headers` are added to it."""
        options = pj.CallOpParam(True)
        for name, value in headers.items():
            extra = pj.SipHeader()
            extra.hName, extra.hValue = name, value
            options.txOption.headers.append(extra)
        self._emit(Event.now(Name.CALLING, self.number, to=uri))
        self.makeCall(uri, options)

    def respond(self, status: int) -> None:
        """Send a response to the INVITE; a refusal ends the call."""
        options = pj.CallOpParam(True)
        options.statusCode = status
        if status >= FIRST_REFUSAL:
            self._ended_here = True
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
        self.hangup(pj.CallOpParam(True))

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
        return str(self.dump(True, "  "))

    def finish(self) -> Path | None:
        """Let go of the recording and return its file, if there is one; the conference bridge closes it soon.

        To be called when the call is over, not from a call-back.
        """
        recorded = self._recorder is not None
        self._recorder = self._source = self._audio = None
        return self._recording if recorded else None

    # ---- what happens to it

    def onCallState(self, prm: Any) -> None:  # noqa: N802, ANN401, ARG002
        """Pjsip: the call went on to another state."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONNECTING:
            self._answered = True
            self._emit(Event.now(Name.ANSWERED, self.number))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._emit(Event.now(Name.CONNECTED, self.number))
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.over = True
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
        change = prm.e.body.tsxState
        transaction = change.tsx
        if change.type == pj.PJSIP_EVENT_RX_MSG:
            message = change.src.rdata.wholeMsg
            self._cause = header(message, "Reason") or self._cause
            outgoing = transaction.role == pj.PJSIP_ROLE_UAC and transaction.method == "INVITE"
            if outgoing and transaction.statusCode < FIRST_FINAL and not self._answered:
                early = "application/sdp" in message
                self._emit(Event.now(Name.PROGRESS, self.number, status=transaction.statusCode, media=early))

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
                Event.now(Name.MEDIA, self.number, codec=stream.codecName, srtp=stream.proto == pj.PJMEDIA_TP_PROTO_RTP_SAVP)
            )

    def _connect_source(self) -> None:
        if self._source is not None and self._audio is not None:
            self._source.startTransmit(self._audio)


def _file(wav: str) -> Any:  # noqa: ANN401
    player = pj.AudioMediaPlayer()
    player.createPlayer(wav)
    return player


def _tone(hertz: int) -> Any:  # noqa: ANN401
    generator = pj.ToneGenerator()
    generator.createToneGenerator(CLOCK_HZ, 1)
    tone = pj.ToneDesc()
    tone.freq1, tone.freq2, tone.on_msec, tone.off_msec, tone.volume = hertz, 0, TONE_MS, 0, TONE_VOLUME
    generator.play(pj.ToneDescVector([tone]), True)
    return generator
