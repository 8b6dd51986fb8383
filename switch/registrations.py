"""Who is registered, as a Redis hash for whoever shows it: account → JSON {online, since, uri}.

Events tell of changes at once. The list of contacts is asked for at start and now and then, because Asterisk sends
no event for the first registration of an account that was provisioned while it ran.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from switch.ami.link import AmiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

REFRESH_S = 10.0
_OFFLINE = frozenset({"Removed", "Unreachable"})
_CONTACTS = "registrar/contact"


class Registrations:
    """Keeps the state of every account that has ever registered while we watched."""

    def __init__(self, link: AmiLink) -> None:
        self._link = link
        self._wake = asyncio.Event()
        self.accounts: dict[str, dict[str, object]] = {}
        self._changed: set[str] = set()
        link.on_event("ContactStatus", self._on_contact)
        link.on_up(self._on_up)

    @property
    def online(self) -> int:
        """Number of accounts that can be rung."""
        return sum(bool(state["online"]) for state in self.accounts.values())

    def changes(self) -> dict[str, str]:
        """Return the accounts that changed since the last call, as JSON."""
        changed, self._changed = self._changed, set()
        return {name: json.dumps(self.accounts[name]) for name in changed}

    def all(self) -> dict[str, str]:
        """Return every account as JSON, for a Redis that has forgotten."""
        return {name: json.dumps(state) for name, state in self.accounts.items()}

    async def run(self) -> None:
        """Ask for the contacts at each return of the switch and every ten seconds."""
        while True:
            if self._link.up.is_set():
                try:
                    await self._refresh()
                except AmiError as error:
                    log.warning("registrations_unknown", error=str(error))
            try:
                async with asyncio.timeout(REFRESH_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def _on_up(self) -> None:
        self._wake.set()

    def _on_contact(self, event: Mapping[str, Any]) -> None:
        self._note(event.get("AOR", ""), event.get("URI", ""), online=event.get("ContactStatus") not in _OFFLINE)

    async def _refresh(self) -> None:
        now = datetime.now(UTC).timestamp()
        found: dict[str, str] = {}
        for item in await self._link.listing("DBGetTree", Family=_CONTACTS):
            try:
                contact = json.loads(item.get("Val", ""))
                account = contact.get("endpoint") or item["Key"].rpartition("/")[2].partition(";")[0]
                if float(contact.get("expiration_time", 0)) > now:
                    found[account] = str(contact.get("uri", ""))
            except (ValueError, AttributeError):
                continue
        for account, uri in found.items():
            known = self.accounts.get(account)
            # A registered phone may be unreachable all the same; only its probe knows, and tells by an event.
            if known is None or known["uri"] != uri:
                self._note(account, uri, online=True)
        for account in self.accounts.keys() - found.keys():
            self._note(account, "", online=False)

    def _note(self, account: str, uri: str, *, online: bool) -> None:
        known = self.accounts.get(account)
        shown = uri if online else ""
        if not account or (known and known["online"] == online and known["uri"] == shown):
            return
        self.accounts[account] = {"online": online, "since": datetime.now(UTC).isoformat(), "uri": shown}
        self._changed.add(account)
