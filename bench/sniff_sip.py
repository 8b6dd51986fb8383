"""Every SIP message on the loopback interface, with the kernel's time of its arrival."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from bench.bpf import DESTINATION_PORT_AT, attach, udp_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

INCOMING_IPV4: Final = 0x0800
"""A packet socket bound to "everything" is also asked about each packet that goes out, and on loopback all do both."""
_SO_RCVBUFFORCE: Final = 33
_SO_TIMESTAMPNS: Final = 35
_BUFFER: Final = 64 << 20
_BIGGEST: Final = 65_535
_PAYLOAD_AT: Final = 42
_USER = re.compile(rb"sips?:([^@>;]+)@")
_MEDIA = re.compile(rb"m=audio (\d+)")
_HEADER = re.compile(rb"(?im)^(call-id|i|from|f|to|t|cseq)[ \t]*:[ \t]*(.*?)\r?$")
_LONG: Final = {b"i": b"call-id", b"f": b"from", b"t": b"to"}


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message."""

    at: float
    """Seconds since the epoch, taken by the kernel."""
    port: int
    """UDP port it arrived at."""
    sender: int
    """UDP port it came from."""
    call_id: str
    method: str
    """Of the request, or of the request that a response answers."""
    status: int
    """0 for a request."""
    caller: str
    """User part of From."""
    called: str
    """User part of the request's own address, or of To in a response."""
    media: int
    """RTP port its SDP names; 0 without."""


class SipSniffer:
    """Collects messages to `ports` in a thread of its own while used as a context.

    Raises:
        PermissionError: not root, or without CAP_NET_RAW.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._frames: list[tuple[bytes, float]] = []
        self._socket = packet_socket(udp_to(ports, _BIGGEST))
        self._socket.settimeout(0.2)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sip-sniffer", daemon=True)

    def __enter__(self) -> Self:
        """Begin to collect."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop collecting."""
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def take(self) -> list[Message]:
        """Return what has been collected since the last time; only now is it read."""
        time.sleep(0.3)  # the last ones are still on their way
        taken, self._frames = self._frames, []
        messages = (parse(frame, at) for frame, at in taken)
        return [message for message in messages if message is not None]

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                self._frames.append(receive(self._socket))


def packet_socket(program: Sequence[tuple[int, int, int, int]]) -> socket.socket:
    """Return a socket that sees the loopback interface through a filter, with the kernel's time stamps."""
    # Bound to no protocol first, so that nothing arrives before the filter is in place.
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    attach(sniffer, program)
    with contextlib.suppress(PermissionError):
        sniffer.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
    sniffer.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    sniffer.bind(("lo", INCOMING_IPV4))
    return sniffer


def receive(sniffer: socket.socket) -> tuple[bytes, float]:
    """Wait for one frame; return it with its time, in seconds since the epoch. Raises `TimeoutError`."""
    frame, ancillary, _, _ = sniffer.recvmsg(_BIGGEST, 64)
    seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
    return frame, seconds + nanoseconds / 1e9


def parse(frame: bytes, at: float) -> Message | None:
    """Read a frame of the loopback interface; none when it holds no SIP message."""
    sender, port = struct.unpack_from("!HH", frame, DESTINATION_PORT_AT - 2)
    payload = frame[_PAYLOAD_AT:]
    first, _, rest = payload.partition(b"\r\n")
    words = first.split(b" ", 2)
    if len(words) < 3:
        return None
    found = {_LONG.get(name.lower(), name.lower()): value for name, value in _HEADER.findall(rest)}
    response = words[0] == b"SIP/2.0"
    method = found.get(b"cseq", b"").split()[-1:] or [b""]
    called = _USER.search(found.get(b"to", b"") if response else words[1])
    caller = _USER.search(found.get(b"from", b""))
    media = _MEDIA.search(rest)
    return Message(
        at=at,
        port=port,
        sender=sender,
        call_id=found.get(b"call-id", b"").decode(errors="replace"),
        method=method[0].decode(errors="replace"),
        status=int(words[1]) if response and words[1].isdigit() else 0,
        caller=caller[1].decode(errors="replace") if caller else "",
        called=called[1].decode(errors="replace") if called else "",
        media=int(media[1]) if media else 0,
    )
