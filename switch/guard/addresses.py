"""Which addresses are never shut out."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from typing import TYPE_CHECKING, Any, Final

from switch.config import trunk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from liftline.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST: Final = re.compile(r"^sips?:(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|[^:;>]+)")
_OWN: Final = "127.0.0.1"


def fixed(settings: Settings) -> list[Network]:
    """Return what is never shut out by the settings: this machine, the carrier, `LIFTLINE_NEVER_BLOCK`.

    Looks up host names of the carrier; one that cannot be found is left out (its calls are known by address anyway).
    """
    trunk = trunk_of(settings)
    names = [_OWN, "::1", settings.sip_bind, *(trunk.match if trunk else ()), *([trunk.host] if trunk else [])]
    names += [part.strip() for part in settings.never_block.split(",") if part.strip()]
    found: list[Network] = []
    for name in names:
        try:
            network: Network = ipaddress.ip_network(name, strict=False)
        except ValueError:
            found += [ipaddress.ip_network(address) for address in _looked_up(name)]
        else:
            if network.prefixlen:  # "all addresses" is what we listen on, not whom we trust
                found.append(network)
    return found


def _looked_up(name: str) -> list[str]:
    try:
        return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(name, None)})
    except OSError:
        return []


def parse(remote: str) -> tuple[str, str] | None:
    """Read Asterisk's `IPV4/UDP/10.1.2.3/5060`: transport and address; none when it is nothing like that."""
    parts = remote.split("/")
    if len(parts) != 4:  # noqa: PLR2004 - see above
        return None
    try:
        address = ipaddress.ip_address(parts[2])
    except ValueError:
        return None
    # A zone ("fe80::1%eth0") has no place in Asterisk's list, and a list it cannot read shuts everybody out.
    return None if getattr(address, "scope_id", None) else (parts[1], str(address))


def of_contacts(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the addresses of registered contacts, as DBGetTree lists them: where from, and through what."""
    found = set()
    for item in items:
        try:
            contact = json.loads(item.get("Val", ""))
            match = _HOST.match(str(contact.get("uri", "")))
        except (ValueError, AttributeError):
            continue
        for host in (match.group(1) if match else "", str(contact.get("via_addr", ""))):
            try:
                found.add(str(ipaddress.ip_address(host.strip("[]"))))
            except ValueError:
                continue
    return found


def contained(address: str, networks: Iterable[Network]) -> bool:
    """Return whether an address lies in one of the networks."""
    one = ipaddress.ip_address(address)
    return any(one in network for network in networks)
