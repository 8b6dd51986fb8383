"""The SIP accounts of this instance: `HOME/secrets/sip-accounts.json`, written when the sample is loaded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from phones.account import Account
from phones.errors import PhoneError

if TYPE_CHECKING:
    from liftline.settings import Settings
    from phones.account import Transport

FILE: Final = "sip-accounts.json"
URI: Final = re.compile(
    r"sips?:(?:[^@]+@)?(?P<host>\[[^]]+\]|[^:;]+)(?::(?P<port>\d+))?(?:;transport=(?P<transport>udp|tcp|tls))?"
)
LOOPBACK: Final = "127.0.0.1"


def find_account(settings: Settings, name: str | None, kind: str | None = None) -> Account:
    """The account of that name or label; without a name the first one of that kind.

    Raises `PhoneError` with the accounts there are when it is unknown.
    """
    entries = _entries(settings)
    for entry in entries:
        wanted = entry["kind"] == kind if name is None else name in {entry["account"], entry.get("label")}
        if wanted:
            return _account(entry, settings)
    known = ", ".join(str(entry["account"]) for entry in entries)
    raise PhoneError(f"unknown account {name or kind!r}; there are: {known or 'none'}")


def _entries(settings: Settings) -> list[dict[str, Any]]:
    file = settings.secrets_dir / FILE
    try:
        entries: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PhoneError(f"no SIP accounts in {file}; `liftline up` makes those of the sample estate") from None
    return entries


def _account(entry: dict[str, Any], settings: Settings) -> Account:
    found = URI.match(entry.get("uri") or "")
    at_carrier = entry["kind"] == "mobile"
    host = found["host"] if found else settings.carrier_bind if at_carrier else settings.sip_bind
    port = found["port"] if found else None
    default_port = settings.carrier_port if at_carrier else settings.sip_port
    transport = cast("Transport", (found["transport"] if found else None) or "udp")
    return Account(
        user=entry["account"],
        password=entry["password"],
        host=host,
        port=int(port or default_port),
        transport=transport,
        # A phone beside the switch stays on loopback; any other takes the address its route has.
        bind=LOOPBACK if host.startswith("127.") else "",
    )
