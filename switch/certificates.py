"""Keeps the certificates good while the instance runs for months: renews ours, and tells Asterisk of what changed.

Asterisk reads certificates when it is told to; connections and calls that are open stay. The API looks for itself.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from switch.ami import AmiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from liftline.settings import Settings
    from switch.ami import AmiLink

log = structlog.get_logger(__name__)

LOOK_S = 10.0
"""How often the files are looked at; a site's own may be replaced by its own program at any time."""

RELOADS = ("http", "res_pjsip.so")
"""Asterisk's modules that hold certificates: the WebSocket's server, and SIP over TLS."""


class CertificateKeeper:
    """Renews what our authority issued, and reloads Asterisk when a file that is served has changed.

    Args:
        settings: of the instance.
        link: to the switch.
        now: the clock, UTC.
    """

    def __init__(
        self, settings: Settings, link: AmiLink, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings = settings
        self._link = link
        self._now = now
        self._loaded: object = None

    async def run(self) -> None:
        """Look every ten seconds, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Renew what is due; hand what changed to Asterisk, again and again until it has taken it."""
        found = await asyncio.to_thread(self._files)
        if self._loaded is None:
            self._loaded = found  # Asterisk has read them at its start, or does at its next
        if found == self._loaded:
            return
        try:
            for module in RELOADS:
                await self._link.action("Reload", Module=module)
        except AmiError as error:
            log.warning("certificates_not_reloaded", error=str(error))
            return
        self._loaded = found
        log.info("certificates_reloaded")

    def _files(self) -> object:
        # Slow to import: not before the switch is provisioned.
        from liftline.certificates.keeping import keep  # noqa: PLC0415
        from liftline.certificates.looking import CertificateError  # noqa: PLC0415
        from liftline.certificates.serving import served  # noqa: PLC0415

        try:
            made = keep(self._settings, self._now())
        except CertificateError as error:
            log.error("authority_spoilt", error=str(error))  # noqa: TRY400 - its message says it all
        else:
            if made:
                log.info("certificate_renewed", made=made)
        shown = served(self._settings)
        if shown.problem and self._loaded is not None:
            return self._loaded  # half replaced, or replaced badly: what Asterisk has read is better
        return tuple((pair, pair.state()) for pair in (shown.web, shown.sip))
