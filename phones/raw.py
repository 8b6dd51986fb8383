"""Raw SIP over UDP, for what no proper phone would send: garbage, and requests without credentials."""

from __future__ import annotations

import secrets
import socket
import time
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

BIGGEST_DATAGRAM: Final = 65535


class RawSip:
    """A UDP socket that sends bytes to a SIP server as they are and reads what comes back."""

    def __init__(self, host: str, port: int, bind: str = "127.0.0.1") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((bind, 0))
        self.target = (host, port)
        self.local_host, self.local_port = self._socket.getsockname()

    def __enter__(self) -> Self:
        """Use as a context; the socket is open already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, data: bytes | str) -> None:
        """Send one datagram."""
        self._socket.sendto(data.encode() if isinstance(data, str) else data, self.target)

    def receive(self, within: float = 2.0) -> str | None:
        """The next datagram as text, or None when none comes within so many seconds."""
        self._socket.settimeout(max(within, 0.001))
        try:
            return self._socket.recv(BIGGEST_DATAGRAM).decode(errors="replace")
        except TimeoutError:
            return None

    def final_status(self, within: float = 5.0) -> int | None:
        """The first final status (200 and above) that comes back; None when none does."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            answer = self.receive(left)
            status = status_of(answer) if answer else None
            if status is not None and status >= 200:  # noqa: PLR2004 — below are provisional ones
                return status
        return None

    def request(self, method: str, to: str, sender: str = "nobody", headers: str = "", body: str = "") -> str:
        """A well-formed request without credentials, to change before sending or to send as it is.

        `headers` are further lines, each with its line end.
        """
        here = f"{self.local_host}:{self.local_port}"
        there = f"{self.target[0]}:{self.target[1]}"
        content = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} sip:{to}@{there} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {here};rport;branch=z9hG4bK{secrets.token_hex(8)}\r\n"
            f"Max-Forwards: 70\r\n"
            f"From: <sip:{sender}@{there}>;tag={secrets.token_hex(4)}\r\n"
            f"To: <sip:{to}@{there}>\r\n"
            f"Call-ID: {secrets.token_hex(12)}@{self.local_host}\r\n"
            f"CSeq: 1 {method}\r\n"
            f"Contact: <sip:{sender}@{here}>\r\n"
            f"{headers}{content}"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def sdp(self, port: int = 40000) -> str:
        """An offer of G.711 A-law, for the body of an INVITE."""
        host = self.local_host
        lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0", f"m=audio {port} RTP/AVP 8 101"]
        return "\r\n".join([*lines, "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", ""])


def status_of(answer: str) -> int | None:
    """The status of a SIP response; None for anything else."""
    words = answer.split(maxsplit=2)
    is_response = len(words) >= 2 and words[0] == "SIP/2.0" and words[1].isdigit()  # noqa: PLR2004
    return int(words[1]) if is_response else None


MALFORMED: Final[dict[str, bytes]] = {
    "noise": bytes(range(256)) * 4,
    "empty lines": b"\r\n\r\n\r\n\r\n",
    "nothing but a method": b"INVITE\r\n\r\n",
    "no such version": b"INVITE sip:1@127.0.0.1 SIP/9.9\r\nVia: x\r\n\r\n",
    "no headers": b"INVITE sip:1@127.0.0.1 SIP/2.0\r\n\r\n",
    "no call id": (
        b"INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:1@b>\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    ),
    "a length that lies": (
        b"INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK2\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:1@b>\r\nCall-ID: lie\r\nCSeq: 1 INVITE\r\nContent-Length: 999999\r\n\r\nx"
    ),
    "a header of 60 kB": b"INVITE sip:1@127.0.0.1 SIP/2.0\r\nX-Long: " + b"a" * 60_000 + b"\r\n\r\n",
    "negative sequence": (
        b"INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK3\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:1@b>\r\nCall-ID: neg\r\nCSeq: -1 INVITE\r\nContent-Length: 0\r\n\r\n"
    ),
    "a response nobody asked for": (
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK4\r\n"
        b"From: <sip:a@b>;tag=1\r\nTo: <sip:1@b>;tag=2\r\nCall-ID: stray\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    ),
}
"""Datagrams that a SIP server must survive without a word of harm, by what is wrong with them."""
