"""Which ports an instance needs, whether they are free, and who holds those that are not."""

from __future__ import annotations

import contextlib
import errno
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liftline.settings import Settings

LOOPBACK = "127.0.0.1"
_TABLES = {socket.SOCK_STREAM: ("tcp", "tcp6"), socket.SOCK_DGRAM: ("udp", "udp6")}
_LISTENING = {socket.SOCK_STREAM: "0A", socket.SOCK_DGRAM: "07"}


@dataclass(frozen=True)
class NeededPort:
    """A port that one of our processes listens on, and the variable that moves it."""

    purpose: str
    variable: str
    host: str
    port: int
    kind: socket.SocketKind

    @property
    def protocol(self) -> str:
        """`tcp` or `udp`."""
        return _TABLES[self.kind][0]


def needed_ports(settings: Settings) -> list[NeededPort]:
    """Return every fixed port of this instance; RTP takes any free pair of its range and is not among them."""
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    ports = []
    if settings.runs_here("asterisk"):
        ports += [
            NeededPort("SIP", "LIFTLINE_SIP_PORT", settings.sip_bind, settings.sip_port, udp),
            NeededPort("SIP", "LIFTLINE_SIP_PORT", settings.sip_bind, settings.sip_port, tcp),
            NeededPort("SIP over TLS", "LIFTLINE_SIP_TLS_PORT", settings.sip_bind, settings.sip_tls_port, tcp),
            NeededPort("Asterisk's manager", "LIFTLINE_AMI_PORT", LOOPBACK, settings.ami_port, tcp),
            NeededPort("SIP over WebSocket", "LIFTLINE_WS_PORT", settings.http_bind, settings.ws_port, tcp),
        ]
    if settings.runs_here("api"):
        ports.append(NeededPort("API and console", "LIFTLINE_HTTP_PORT", settings.http_bind, settings.http_port, tcp))
    if settings.own_redis and settings.runs_here("redis"):
        ports.append(NeededPort("Redis", "LIFTLINE_REDIS_PORT", LOOPBACK, settings.redis_port, tcp))
    if settings.own_broker:
        ports.append(NeededPort("MQTT", "LIFTLINE_MQTT_PORT", settings.mqtt_bind, settings.mqtt_port, tcp))
    if settings.pretend_carrier and settings.runs_here("carrier"):
        host, port = settings.carrier_bind, settings.carrier_port
        ports.append(NeededPort("pretend carrier", "LIFTLINE_CARRIER_PORT", host, port, udp))
    return ports


def trouble_with(needed: NeededPort) -> str | None:
    """Try the port; return one line that says what is wrong and what to change, or None when it is free."""
    family = socket.AF_INET6 if ":" in needed.host else socket.AF_INET
    with socket.socket(family, needed.kind) as probe:
        if needed.kind == socket.SOCK_STREAM:
            # As servers do: a connection of the last run that is still winding down does not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((needed.host, needed.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"port {needed.port}/{needed.protocol} ({needed.purpose}) is in use{holder_of(needed)}: "
                    f"stop that, or set {needed.variable} or LIFTLINE_PORT_BASE"
                )
            return f"cannot listen on {needed.host}:{needed.port} ({needed.purpose}): {error.strerror}"
    return None


def holder_of(needed: NeededPort) -> str:
    """Return ` by <program> (pid <n>)` for whoever has the port, empty when that cannot be told."""
    inodes = set()
    for table in _TABLES[needed.kind]:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                port = int(fields[1].rpartition(":")[2], 16)
                if port == needed.port and fields[3] == _LISTENING[needed.kind]:
                    inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if str(descriptor.readlink()) in inodes:
                    return f" by {_program(process)} (pid {process.name})"
    return ""


def _program(process: Path) -> str:
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    # A program of the runtime appears under its loader's name: `ld-linux… --library-path <folder> <program>`.
    if words[0].rpartition("/")[2].startswith("ld-linux"):
        words = words[3:]
    return words[0].rpartition("/")[2] or "an unknown program"
