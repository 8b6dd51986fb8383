"""By which names and addresses a certificate must know this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from liftline.settings import is_loopback

if TYPE_CHECKING:
    from liftline.settings import Settings

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound

_TEMPORARY = 0x01
_DEPRECATED = 0x20

MOST_NAMES = 100
"""A machine with more addresses than this names those it wants in `LIFTLINE_PUBLIC_NAMES`."""


def wanted_names(settings: Settings) -> tuple[str, ...]:
    """Return every name and address by which the settings let others reach this machine, the one to show first."""
    found = [*settings.names, settings.external_address or ""]
    for bind in (settings.http_bind, settings.sip_bind, settings.mqtt_bind):
        found += local_addresses() if bind in EVERYWHERE else [bind]
    found += [socket.gethostname(), "localhost", "127.0.0.1"]
    return tuple(dict.fromkeys(as_certified(name) for name in found if name))[:MOST_NAMES]


def as_certified(name: str) -> str:
    """Return a name or address in the one form in which certificates are compared."""
    plain = name.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return plain


def shown_host(settings: Settings) -> str:
    """Return the name under which people are sent to the console."""
    if is_loopback(settings.http_bind) and not settings.names:
        return settings.http_bind
    return wanted_names(settings)[0]


def console_url(settings: Settings) -> str:
    """Return the console's address as people type it, without a slash at its end."""
    host = shown_host(settings)
    return f"{'https' if settings.https else 'http'}://{f'[{host}]' if ':' in host else host}:{settings.http_port}"


def local_addresses() -> list[str]:
    """Return this machine's IPv4 and IPv6 addresses, without loopback, link-local and those of a day."""
    found = []
    with contextlib.suppress(OSError):
        lines = Path("/proc/net/fib_trie").read_text(encoding="ascii").splitlines()
        found += [before.split()[-1] for before, line in itertools.pairwise(lines) if line.endswith("/32 host LOCAL")]
    with contextlib.suppress(OSError):
        for line in Path("/proc/net/if_inet6").read_text(encoding="ascii").splitlines():
            address, _index, _prefix, _scope, flags, _device = line.split()
            if not int(flags, 16) & (_TEMPORARY | _DEPRECATED):
                found.append(str(ipaddress.IPv6Address(bytes.fromhex(address))))
    addresses = [ipaddress.ip_address(text) for text in dict.fromkeys(found)]
    return [str(one) for one in addresses if not one.is_loopback and not one.is_link_local]
