"""The voices: sends RTP for every cabin and mobile that is in a call, a packet each 20 ms, from one process.

Run as `python -m bench.media BASE_PORT`. It learns from the SIP on the wire where Asterisk wants which call's RTP. What
Asterisk sends is watched on the wire (`bench.sniff_rtp`), so the sockets here are never read. All packets of an instant
go out with one system call. Both leave the cores to the switch.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.batch import Batch
from bench.bpf import udp_to
from bench.ports import CARRIER, LOCAL, Ports
from bench.priority import like_a_phone
from bench.sniff_sip import packet_socket, parse, receive

if TYPE_CHECKING:
    from bench.sniff_sip import Message

PTIME_S: Final = 0.020
SLICES: Final = 10
"""Streams are spread over so many instants of a packet time, as real phones' clocks are."""

ALAW_TONE: Final = bytes([0xD5, 0x9A, 0x9F, 0x9A, 0xD5, 0x1A, 0x1F, 0x1A]) * 20
"""20 ms of a 1 kHz tone."""

PACKET: Final = np.dtype(
    [("kind", ">u2"), ("sequence", ">u2"), ("stamp", ">u4"), ("ssrc", ">u4"), ("sound", "u1", len(ALAW_TONE))]
)
"""An RTP packet as it goes over the wire."""
_VERSION_2_ALAW: Final = 0x8008


@dataclass(frozen=True, slots=True)
class Stream:
    """One voice on its way to Asterisk."""

    target: tuple[str, int]
    began: int
    """Turn of its first packet: how far it is follows from the turn of now."""
    ssrc: int = field(default_factory=lambda: random.getrandbits(32))


class Slice:
    """The streams of one socket that are sent in the same instant of each packet time."""

    def __init__(self, sender: socket.socket) -> None:
        self.streams: list[Stream] = []
        self._sender = sender
        self._batch: Batch | None = None
        self._began = np.zeros(0, np.int64)

    def add(self, stream: Stream) -> None:
        """Send this one too from now on."""
        self.streams.append(stream)
        self._batch = None

    def remove(self, stream: Stream) -> None:
        """Send this one no more."""
        self.streams.remove(stream)
        self._batch = None

    def send(self, turn: int) -> None:
        """Send each stream's packet of this turn."""
        if not self.streams:
            return
        if self._batch is None:
            self._batch = Batch(self._sender, [stream.target for stream in self.streams], PACKET.itemsize)
            packets = self._batch.packets.view(PACKET)[:, 0]
            packets["kind"] = _VERSION_2_ALAW
            packets["ssrc"] = [stream.ssrc for stream in self.streams]
            packets["sound"] = np.frombuffer(ALAW_TONE, np.uint8)
            self._began = np.array([stream.began for stream in self.streams], np.int64)
        packets = self._batch.packets.view(PACKET)[:, 0]
        count = turn - self._began
        packets["sequence"] = count & 0xFFFF
        packets["stamp"] = count * 160 & 0xFFFFFFFF
        self._batch.send()


class Voices:
    """Streams that come and go with the calls."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._offered: dict[str, int] = {}
        self._live: dict[str, tuple[Slice, Stream]] = {}
        self._next = itertools.cycle(range(SLICES))
        self._cabins = [Slice(sender) for sender in [_bound(LOCAL, ports.cabin_media)] * SLICES]
        self._mobiles = [Slice(sender) for sender in [_bound(CARRIER, ports.mobile_media)] * SLICES]

    def send(self, number: int, turn: int) -> None:
        """Send the packets of one of the `SLICES` instants of a turn."""
        self._cabins[number].send(turn)
        self._mobiles[number].send(turn)

    def hear(self, message: Message, turn: int) -> None:
        """Begin a stream when a call is answered, end it with its BYE."""
        if message.method == "INVITE" and message.media and message.sender == self._ports.switch:
            self._offered[message.call_id] = message.media
        if message.method == "INVITE" and message.status == 200:
            port = self._offered.pop(message.call_id, 0)
            if port and message.call_id not in self._live:
                slices = self._cabins if message.port == self._ports.cabins else self._mobiles
                place, stream = slices[next(self._next)], Stream((LOCAL, port), turn)
                self._live[message.call_id] = (place, stream)
                place.add(stream)
        elif message.method == "BYE" or message.status >= 300:
            self._offered.pop(message.call_id, None)
            if gone := self._live.pop(message.call_id, None):
                gone[0].remove(gone[1])


def _concerns_voices(frame: bytes) -> bool:
    """Tell quickly whether a frame may begin or end a call: most SIP messages do not."""
    return b"m=audio" in frame or b" BYE\r\n" in frame or b"CANCEL\r\n" in frame or b"SIP/2.0 4" in frame


def _bound(host: str, port: int) -> socket.socket:
    voice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    voice.bind((host, port))
    voice.settimeout(0.0)
    # Nobody reads here: what does not fit is thrown away by the kernel, as cheaply as can be.
    voice.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return voice


def main(base: int) -> None:
    """Send until terminated."""
    ports = Ports(base)
    like_a_phone()
    voices = Voices(ports)
    sniffer = packet_socket(udp_to(ports.sip, 65_535))
    sniffer.settimeout(0.0)
    running = True

    def end(*_: object) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    due = time.monotonic()
    for instant in itertools.count():
        if not running:
            return
        turn, number = divmod(instant, SLICES)
        with contextlib.suppress(BlockingIOError):
            while True:
                frame, at = receive(sniffer)
                if _concerns_voices(frame) and (message := parse(frame, at)):
                    voices.hear(message, turn)
        voices.send(number, turn)
        due += PTIME_S / SLICES
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        elif wait < -1.0:
            due = time.monotonic()  # too far behind to catch up: a burst would not be a voice


if __name__ == "__main__":
    main(int(sys.argv[1]))
