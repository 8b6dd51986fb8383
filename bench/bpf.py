"""Packet filters for the kernel: UDP over IPv4 to certain ports, seen once on the loopback interface."""

from __future__ import annotations

import ctypes
import socket
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SO_ATTACH_FILTER: Final = 26
ETHERTYPE_AT: Final = 12
PROTOCOL_AT: Final = 23
DESTINATION_PORT_AT: Final = 36
"""Offsets in a frame of the loopback interface, whose IPv4 headers carry no options."""

_LOAD_HALF: Final = 0x28
_LOAD_BYTE: Final = 0x30
_JUMP_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_PACKET_TYPE: Final = 0xFFFFF000 + 4
_OUTGOING: Final = 4
_IPV4: Final = 0x0800
_UDP: Final = 17

Instruction = tuple[int, int, int, int]
"""Code, jump when true, jump when false, operand."""


def udp_to(ports: Sequence[int], length: int) -> list[Instruction]:
    """Return a filter that keeps the first `length` bytes of UDP packets to `ports`.

    On loopback each packet passes twice, outgoing and incoming; only the incoming one is kept.
    """
    count = len(ports)
    drop = count + 7  # index of the instruction that drops

    def unless(at: int, operand: int) -> Instruction:
        return (_JUMP_EQUAL, 0, drop - at - 1, operand)

    program: list[Instruction] = [
        (_LOAD_HALF, 0, 0, ETHERTYPE_AT),
        unless(1, _IPV4),
        (_LOAD_BYTE, 0, 0, PROTOCOL_AT),
        unless(3, _UDP),
        (_LOAD_BYTE, 0, 0, _PACKET_TYPE),
        (_JUMP_EQUAL, drop - 6, 0, _OUTGOING),
        (_LOAD_HALF, 0, 0, DESTINATION_PORT_AT),
    ]
    program += [(_JUMP_EQUAL, drop - at, 0, port) for at, port in enumerate(ports, 7)]
    return [*program, (_RETURN, 0, 0, 0), (_RETURN, 0, 0, length)]


def attach(sniffer: socket.socket, program: Sequence[Instruction]) -> None:
    """Install the filter on a packet socket."""
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    sniffer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, header)
