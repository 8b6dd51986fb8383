"""Addresses the benchmark uses beside the instance's own ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LOCAL: Final = "127.0.0.1"
CARRIER: Final = "127.0.0.2"
"""The pretend carrier's mobiles; Asterisk knows the trunk by this address."""

PORT_BASE: Final = 12_000
"""First port used: below those that the kernel hands out to whoever connects."""
RTP_SPAN: Final = (100, 3099)
"""RTP ports as offsets: an alarm with one leg takes four, so 400 alarms with a leg each take 1,600."""


@dataclass(frozen=True)
class Ports:
    """Port numbers, all derived from one base."""

    base: int

    @property
    def switch(self) -> int:
        """Asterisk's SIP port."""
        return self.base

    @property
    def mobiles(self) -> int:
        """SIP port of the mobiles behind the trunk, on `CARRIER`."""
        return self.base + 6

    @property
    def guards(self) -> int:
        """SIP port of all guards' phones."""
        return self.base + 20

    @property
    def cabins(self) -> int:
        """SIP port of all cabins."""
        return self.base + 30

    @property
    def cabin_media(self) -> int:
        """The one port to which Asterisk sends RTP for cabins; it sends from a port of its own for each call."""
        return self.base + 40

    @property
    def mobile_media(self) -> int:
        """The same for mobiles, on `CARRIER`."""
        return self.base + 42

    def sipp_own(self, number: int) -> int:
        """A media port SIPp insists on binding, though it sends no media here."""
        return self.base + 50 + 4 * number

    @property
    def sip(self) -> tuple[int, ...]:
        """Every port that receives SIP."""
        return (self.switch, self.mobiles, self.guards, self.cabins)
