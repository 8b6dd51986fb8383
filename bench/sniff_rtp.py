"""Every RTP packet that Asterisk sends to the cabins, through a ring shared with the kernel.

At 400 calls these are 20,000 packets a second. The kernel stamps each and writes the first bytes of it into memory it
shares with us; numpy reads whole blocks at once, so that watching costs about a hundredth of a core.
"""

from __future__ import annotations

import mmap
import socket
import struct
import threading
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from bench.bpf import attach, udp_to
from bench.sniff_sip import INCOMING_IPV4

if TYPE_CHECKING:
    from types import TracebackType

    import numpy.typing as npt

_SOL_PACKET: Final = 263
_PACKET_VERSION: Final = 10
_PACKET_RX_RING: Final = 5
_PACKET_STATISTICS: Final = 6
_TPACKET_V3: Final = 2
_BLOCK: Final = 1 << 18
_BLOCKS: Final = 64
_FRAME: Final = 256
_RETIRE_MS: Final = 50
_OURS: Final = 1
_STATUS_AT: Final = 8
_COUNT_AT: Final = 12
_FIRST_AT: Final = 16
_MAC_AT: Final = 24
SNAP: Final = 54
"""Bytes kept of each packet: Ethernet, IPv4, UDP and RTP headers."""

PACKET: Final = np.dtype([("at", "f8"), ("sender", "u2"), ("sequence", "u2"), ("length", "u2")])
"""One RTP packet: seconds since the epoch, the UDP port it came from, its sequence number, bytes on the wire."""


class RtpSniffer:
    """Collects headers of RTP packets to one port in a thread of its own while used as a context."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        attach(self._socket, udp_to([port], SNAP))
        self._socket.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V3)
        frames = _BLOCK // _FRAME * _BLOCKS
        request = struct.pack("7I", _BLOCK, _BLOCKS, _FRAME, frames, _RETIRE_MS, 0, 0)
        self._socket.setsockopt(_SOL_PACKET, _PACKET_RX_RING, request)
        self._ring = mmap.mmap(self._socket.fileno(), _BLOCK * _BLOCKS)
        self._socket.bind(("lo", INCOMING_IPV4))
        self._block = 0
        self._parts: list[npt.NDArray[np.void]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtp-sniffer", daemon=True)

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
        self._ring.close()
        self._socket.close()

    def take(self) -> tuple[npt.NDArray[np.void], int]:
        """Return the packets since the last time, in order, and how many the kernel had to drop."""
        self._stop.wait(0.3)  # the last block is still being filled
        parts, self._parts = self._parts, []
        statistics = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 12)
        dropped = int(struct.unpack("3I", statistics)[1])
        return (np.concatenate(parts) if parts else np.empty(0, PACKET)), dropped

    def _run(self) -> None:
        while not self._stop.is_set():
            begin = self._block * _BLOCK
            status = struct.unpack_from("I", self._ring, begin + _STATUS_AT)[0]
            if not status & _OURS:
                self._stop.wait(0.02)
                continue
            packets = _read_block(self._ring[begin : begin + _BLOCK])
            if len(packets):
                self._parts.append(packets)
            struct.pack_into("I", self._ring, begin + _STATUS_AT, 0)
            self._block = (self._block + 1) % _BLOCKS


def _read_block(block: bytes) -> npt.NDArray[np.void]:
    """Read a block: packets of one kept length, so that they stand at one distance from each other."""
    count, first = struct.unpack_from("II", block, _COUNT_AT)
    packets = np.empty(count, PACKET)
    if not count:
        return packets
    stride = struct.unpack_from("I", block, first)[0] if count > 1 else len(block) - first
    rows = np.frombuffer(block, np.uint8, count * stride if count > 1 else stride, first).reshape(count, stride)
    words = np.ascontiguousarray(rows[:, :20]).view("u4")
    mac = struct.unpack_from("H", block, first + _MAC_AT)[0]
    frame = np.ascontiguousarray(rows[:, mac : mac + SNAP])
    packets["at"] = words[:, 1] + words[:, 2] / 1e9
    packets["length"] = words[:, 4]
    packets["sender"] = frame[:, 34].astype("u2") << 8 | frame[:, 35]
    packets["sequence"] = frame[:, 44].astype("u2") << 8 | frame[:, 45]
    return packets
