"""Ports that nobody else gets: neither another test process, nor another run, nor the kernel for a connection.

The kernel hands out ephemeral ports to whoever connects, so a port that was found free there may be gone when its
server starts. Everything here lies below them, in blocks that are locked between processes as long as they are used.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1_000
"""An instance's ports, media among them, fit into one block."""
FIRST, LAST = 10_000, 31_000
_FIXED = 100
"""The ports of a block, from its base on, that servers listen on; media follow."""

_held: dict[int, int] = {}
"""Base of each block this process has → descriptor of its lock, which the kernel gives back when the process dies."""


def claim_block() -> int:
    """Return the base of a block of ports whose servers' ports are all free; it is this process's until released."""
    folder = Path(tempfile.gettempdir()) / "liftline-tests-ports"
    folder.mkdir(exist_ok=True)
    bases = list(range(FIRST, LAST + 1, BLOCK))
    random.shuffle(bases)  # not the block that was just given back, whose connections may still wind down
    for base in bases:
        if base in _held:
            continue
        lock = os.open(folder / f"{base}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        if all(is_free(base + offset) for offset in range(_FIXED)):
            _held[base] = lock
            return base
        os.close(lock)
    raise RuntimeError(f"no block of {BLOCK} ports is free between {FIRST} and {LAST + BLOCK}")


def release_block(base: int) -> None:
    """Let others have the block."""
    os.close(_held.pop(base))


@contextmanager
def block() -> Iterator[int]:
    """Have a block while the `with` lasts."""
    base = claim_block()
    try:
        yield base
    finally:
        release_block(base)


def free_port() -> int:
    """Return a port, TCP and UDP, that this process was not given before (until a thousand were)."""
    return next(_singles())


@cache
def _singles() -> Iterator[int]:
    base = claim_block()
    return (port for port in cycle(range(base, base + BLOCK)) if is_free(port))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now, on any address, with TCP and with UDP."""
    with ExitStack() as stack:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True
