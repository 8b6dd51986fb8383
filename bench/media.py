"""The voices: sends RTP for every cabin and mobile that is in a call, a packet each 20 ms, from one process.

Run as `python -m bench.media BASE_PORT`. It learns from the SIP on the wire where Asterisk wants which call's RTP. What
Asterisk sends is watched on the wire (`bench.sniff_rtp`), so the sockets here are never read: that leaves the cores to
the switch.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.bpf import udp_to
from bench.ports import CARRIER, LOCAL, Ports
from bench.priority import like_a_phone
from bench.sniff_sip import packet_socket, receive

if TYPE_CHECKING:
    from bench.sniff_sip import Message

PTIME_S: Final = 0.020
SLICES: Final = 5
"""Streams are spread over so many instants of a packet time, as real phones' clocks are."""

ALAW_TONE: Final = bytes([0xD5, 0x9A, 0x9F, 0x9A, 0xD5, 0x1A, 0x1F, 0x1A]) * 20
"""20 ms of a 1 kHz tone."""


@dataclass(slots=True)
class Stream:
    """One voice on its way to Asterisk."""

    sender: socket.socket
    target: tuple[str, int]
    ssrc: int = field(default_factory=lambda: random.getrandbits(32))
    sequence: int = 0

    def send(self) -> None:
        """Send the next packet."""
        self.sequence += 1
        stamp = self.sequence * 160 & 0xFFFFFFFF
        header = struct.pack("!BBHII", 0x80, 8, self.sequence & 0xFFFF, stamp, self.ssrc)
        with contextlib.suppress(BlockingIOError):
            self.sender.sendto(header + ALAW_TONE, self.target)


class Voices:
    """Streams that come and go with the calls."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._offered: dict[str, int] = {}
        self._live: dict[str, tuple[int, Stream]] = {}
        self._turn = itertools.cycle(range(SLICES))
        self.slices: list[list[Stream]] = [[] for _ in range(SLICES)]
        self._cabins = _bound(LOCAL, ports.cabin_media)
        self._mobiles = _bound(CARRIER, ports.mobile_media)

    def hear(self, message: Message) -> None:
        """Begin a stream when a call is answered, end it with its BYE."""
        if message.method == "INVITE" and message.media and message.sender == self._ports.switch:
            self._offered[message.call_id] = message.media
        if message.method == "INVITE" and message.status == 200:
            port = self._offered.pop(message.call_id, 0)
            if port and message.call_id not in self._live:
                cabin = message.port == self._ports.cabins
                stream = Stream(self._cabins if cabin else self._mobiles, (LOCAL, port))
                turn = next(self._turn)
                self._live[message.call_id] = (turn, stream)
                self.slices[turn].append(stream)
        elif message.method == "BYE" or message.status >= 300:
            self._offered.pop(message.call_id, None)
            if gone := self._live.pop(message.call_id, None):
                self.slices[gone[0]].remove(gone[1])


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
    for turn in itertools.cycle(range(SLICES)):
        if not running:
            return
        with contextlib.suppress(BlockingIOError):
            while True:
                if message := receive(sniffer):
                    voices.hear(message)
        for stream in voices.slices[turn]:
            stream.send()
        due += PTIME_S / SLICES
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        elif wait < -1.0:
            due = time.monotonic()  # too far behind to catch up: a burst would not be a voice


if __name__ == "__main__":
    main(int(sys.argv[1]))
