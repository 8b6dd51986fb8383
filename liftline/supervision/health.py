"""Asks the running parts whether they serve: Asterisk's manager, SIP, Redis, the API."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liftline.supervision.follow import last_lines
from liftline.supervision.provisioned import routing

if TYPE_CHECKING:
    from collections.abc import Callable

    from liftline.settings import Settings

ANSWER_TIMEOUT_S = 1.0
SIP_TIMEOUT_S = 0.3
POLL_S = 0.1


@dataclass(frozen=True)
class Probe:
    """One question and the longest wait for its first good answer, in seconds."""

    name: str
    ask: Callable[[Settings], str | None]
    """Returns what is wrong, or None when all is well."""
    deadline_s: float
    process: str
    """Whose log tells more."""
    vital: bool = False
    """Without it no alarm reaches a human; the others may be down while alarms go on."""


class UnhealthyError(Exception):
    """A part did not come up in time; the message names it and what it said last."""


def probes() -> list[Probe]:
    """Return what makes an instance healthy, in the order in which it comes up."""
    return [
        Probe("Manager", manager, 30.0, "asterisk", vital=True),
        Probe("SIP", sip, 30.0, "asterisk", vital=True),
        Probe("Routing", routing, 60.0, "record"),
        Probe("API", api, 60.0, "api"),
    ]


def wait_until_healthy(settings: Settings, probe: Probe) -> None:
    """Ask until the answer is good; raise `UnhealthyError` after the probe's deadline."""
    deadline = time.monotonic() + probe.deadline_s
    while (problem := probe.ask(settings)) is not None:
        if time.monotonic() > deadline:
            log = settings.log_dir / f"{probe.process}.log"
            said = last_lines(log, 1) if log.exists() else []
            last = f"; the last line of {log} is: {said[0]}" if said else f"; see {log}"
            raise UnhealthyError(f"{probe.name} did not come up in {probe.deadline_s:.0f} s: {problem}{last}")
        time.sleep(POLL_S)


def manager(settings: Settings) -> str | None:
    """Ask whether Asterisk's manager interface greets."""
    try:
        with socket.create_connection(("127.0.0.1", settings.ami_port), ANSWER_TIMEOUT_S) as connection:
            connection.settimeout(ANSWER_TIMEOUT_S)
            greeting = connection.recv(100)
    except OSError as error:
        return f"port {settings.ami_port}: {error}"
    return None if greeting.startswith(b"Asterisk Call Manager") else f"port {settings.ami_port} is not Asterisk's"


def sip(settings: Settings) -> str | None:
    """Send a SIP OPTIONS over UDP; any answer at all shows that the stack is up."""
    host = "127.0.0.1" if settings.sip_bind == "0.0.0.0" else settings.sip_bind  # noqa: S104 - compared, not bound
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as phone:
        try:
            phone.settimeout(SIP_TIMEOUT_S)
            phone.connect((host, settings.sip_port))
            own_host, own_port = phone.getsockname()[:2]
            token = uuid.uuid4().hex
            lines = (
                f"OPTIONS sip:health@{host}:{settings.sip_port} SIP/2.0",
                f"Via: SIP/2.0/UDP {own_host}:{own_port};branch=z9hG4bK{token};rport",
                "Max-Forwards: 1",
                f"From: <sip:health@{own_host}>;tag={token[:8]}",
                f"To: <sip:health@{host}>",
                f"Call-ID: {token}",
                "CSeq: 1 OPTIONS",
                "Content-Length: 0",
                "",
                "",
            )
            phone.send("\r\n".join(lines).encode())
            answer = phone.recv(2048)
        except OSError as error:
            return f"no answer on {host}:{settings.sip_port}: {error}"
    return None if answer.startswith(b"SIP/2.0 ") else f"{host}:{settings.sip_port} does not speak SIP"


def api(settings: Settings) -> str | None:
    """Ask the API's own health page."""
    host = "127.0.0.1" if settings.http_bind in {"0.0.0.0", "::"} else settings.http_bind  # noqa: S104 - compared
    connection: http.client.HTTPConnection
    if settings.https:
        # Whether it lives is the question; a certificate that has ended is the doctor's business.
        context = ssl._create_unverified_context()  # noqa: S323, SLF001
        connection = http.client.HTTPSConnection(host, settings.http_port, timeout=ANSWER_TIMEOUT_S, context=context)
    else:
        connection = http.client.HTTPConnection(host, settings.http_port, timeout=ANSWER_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"port {settings.http_port}: {str(error) or type(error).__name__}"
    finally:
        connection.close()
    return None if status == http.HTTPStatus.OK else f"/health answers {status}"
