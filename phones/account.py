"""Who a phone is: its SIP account, where it registers, and how it is bound to this machine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Transport = Literal["udp", "tcp", "tls"]


@dataclass(frozen=True)
class Account:
    """One SIP account at one registrar."""

    user: str
    password: str
    host: str
    port: int = 5060
    transport: Transport = "udp"
    srtp: bool = False
    """Insist on SRTP (SDES keys); the call fails where the far end has none."""
    display: str = ""
    register: bool = True
    """False for a phone that only places calls, or is called by its address."""
    bind: str = "127.0.0.1"
    """Local address for SIP and RTP."""
    bind_port: int = 0
    """Local SIP port; 0 takes any free one."""
    expires_s: int = 300

    @property
    def registrar(self) -> str:
        """URI that the phone registers with."""
        return f"sip:{self.host}:{self.port}{self._parameter}"

    @property
    def address(self) -> str:
        """The phone's own name, as others see it in From."""
        name = f'"{self.display}" ' if self.display else ""
        return f"{name}<sip:{self.user}@{self.host}:{self.port}>"

    @property
    def _parameter(self) -> str:
        return "" if self.transport == "udp" else f";transport={self.transport}"

    def uri(self, target: str) -> str:
        """The URI to dial: `target` itself when it is one, else that number at the registrar."""
        if target.startswith(("sip:", "sips:")):
            return target
        return f"sip:{target}@{self.host}:{self.port}{self._parameter}"

    def to_dict(self) -> dict[str, Any]:
        """For the agent's first line of input: secrets never appear on a command line."""
        return asdict(self)
