"""Keeps Asterisk's own logs small: `security.log` grows with every refused log-in, and nobody else rotates it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Final

import structlog

from switch.ami.link import AmiError

if TYPE_CHECKING:
    from pathlib import Path

    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 60.0
LARGEST_BYTES: Final = 16 << 20
KEPT: Final = 5
"""Old files of each log that stay, the newest of them `.0`."""
_ROTATED: Final = re.compile(r".+\.log\.(\d+)")


class LogKeeper:
    """Lets Asterisk rotate its logs when one has grown large, and removes the oldest.

    Args:
        folder: where Asterisk's logs are; the journal lies in a folder of its own and is not touched.
        link: AMI of the switch.
    """

    def __init__(self, folder: Path, link: AmiLink) -> None:
        self._folder = folder
        self._link = link

    async def run(self) -> None:
        """Look every minute until cancelled."""
        while True:
            with contextlib.suppress(AmiError, OSError):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, largest: int = LARGEST_BYTES) -> None:
        """Rotate if a log is larger than `largest` bytes, then remove what is too old.

        Raises:
            AmiError: the switch is away, or refused.
            OSError: the folder cannot be read or written.
        """
        if any(path.stat().st_size > largest for path in self._folder.glob("*.log")):
            await self._link.action("LoggerRotate")
            log.info("asterisk_logs_rotated", folder=str(self._folder))
        for path in self._folder.glob("*.log.*"):
            rotated = _ROTATED.fullmatch(path.name)
            if rotated and int(rotated[1]) >= KEPT:
                path.unlink(missing_ok=True)
