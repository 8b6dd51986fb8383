"""pjsua2, wrapped: the SIP stack of a process and its one account.

With `phones.sip_call` the only module that imports pjsua2 (it has no type stubs). Call-backs run on
pjsip's own thread: they note the time, tell the listener, and touch nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pjsua2 as pj

from phones.events import Event, Name

if TYPE_CHECKING:
    from pathlib import Path

    from phones.account import Account

Emit = Callable[[Event], None]

CLOCK_HZ: Final = 8000
MAX_CALLS: Final = 8
CODECS: Final = ("PCMA/8000", "PCMU/8000")
TRANSPORTS: Final = {"udp": pj.PJSIP_TRANSPORT_UDP, "tcp": pj.PJSIP_TRANSPORT_TCP, "tls": pj.PJSIP_TRANSPORT_TLS}

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
