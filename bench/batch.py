"""Sends many UDP packets with one system call (`sendmmsg`), each to an address of its own."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_ADDRESS: Final = 16
"""Bytes of a `sockaddr_in`."""


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """`struct msghdr`."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Header(ctypes.Structure):
    """`struct mmsghdr`: a message, and how much of it was sent."""

    _fields_ = (("message", _Message), ("sent", ctypes.c_uint32))


class Batch:
    """Packets of one length from one socket; the kernel reads them straight from `packets`.

    Args:
        sender: a bound UDP socket that does not block.
        targets: IPv4 address and port of each packet.
        length: bytes of a packet.
    """

    def __init__(self, sender: socket.socket, targets: Sequence[tuple[str, int]], length: int) -> None:
        self.packets: npt.NDArray[np.uint8] = np.zeros((len(targets), length), np.uint8)
        self._sender = sender
        packed = (struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)
                  for host, port in targets)  # fmt: skip
        self._addresses = ctypes.create_string_buffer(b"".join(packed), max(1, len(targets) * _ADDRESS))
        self._vectors = (_Vector * len(targets))()
        self._headers = (_Header * len(targets))()
        first, addresses, vectors = self.packets.ctypes.data, ctypes.addressof(self._addresses), 0
        if targets:
            vectors = ctypes.addressof(self._vectors)
        for at in range(len(targets)):
            self._vectors[at] = _Vector(first + at * length, length)
            vector = vectors + at * ctypes.sizeof(_Vector)
            self._headers[at] = _Header(_Message(addresses + at * _ADDRESS, _ADDRESS, vector, 1, None, 0, 0), 0)

    def send(self) -> None:
        """Send every packet; one that the kernel refuses is left out, as on a wire.

        Raises:
            OSError: none could be sent, for another reason than a full queue or a port that is closed by now.
        """
        size, begin = len(self._headers), 0
        while begin < size:
            rest = ctypes.byref(self._headers, begin * ctypes.sizeof(_Header))
            done = _LIBC.sendmmsg(self._sender.fileno(), rest, size - begin, 0)
            if done < 0:
                error = ctypes.get_errno()
                if not isinstance(OSError(error, ""), BlockingIOError | ConnectionRefusedError | InterruptedError):
                    raise OSError(error, os.strerror(error))
                done = 1
            begin += done
