"""Real scanners against a real switch: they find nothing, are shut out, and reported; who is one of ours never is."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from asterisk_world import PASSWORD, Asterisk, eventually, ha1, running
from sqlalchemy import select

from dialplan import endpoints
from store.models import AuditEntry, LiveEvent
from store.session import make_engine, read_scope
from switch.guard.guard import Guard
from switch.guard.rules import LONGEST_BLOCK_S, Watch

if TYPE_CHECKING:
    from sqlalchemy import Engine

pytestmark = pytest.mark.asterisk

SCANNER, NEIGHBOUR = "127.0.0.66", "127.0.0.67"


FROM = "import socket; b = socket.socket.bind; socket.socket.bind = lambda s, a: b(s, ({!r}, a[1])); "
"""The tools bind to all addresses; the scanner must not come from this machine's own."""


def scan(tool: str, asterisk: Asterisk, *options: str, seconds: int = 8) -> str:
    """Run one of SIPVicious' tools from the scanner's address, for at most so many seconds; return what it said."""
    run = FROM.format(SCANNER) + f"from sipvicious.{tool} import main; main()"
    command = [sys.executable, "-c", run, *options, "-p", str(asterisk.settings.sip_port), "127.0.0.1"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode() + (late.stderr or b"").decode()
    return ran.stdout + ran.stderr


def answer_to(asterisk: Asterisk, source: str, account: str = "nobody") -> str:
    """Send one REGISTER from an address; return the status line, empty for silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(1)
        phone.bind((source, 0))
        phone.connect(("127.0.0.1", asterisk.settings.sip_port))
        port, token = phone.getsockname()[1], time.time_ns()
        lines = (
            "REGISTER sip:127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/UDP {source}:{port};branch=z9hG4bK{token};rport",
            f"From: <sip:{account}@127.0.0.1>;tag={token}",
            f"To: <sip:{account}@127.0.0.1>",
            f"Call-ID: {token}",
            "CSeq: 1 REGISTER",
            f"Contact: <sip:{account}@{source}:{port}>",
            "Content-Length: 0",
            "",
            "",
        )
        phone.send("\r\n".join(lines).encode())
        try:
            return phone.recv(2000).decode().splitlines()[0]
        except OSError:
            return ""


def reported(engine: Engine) -> bool:
    with read_scope(engine) as session:
        return session.scalar(select(LiveEvent.id).where(LiveEvent.type == "sip.scanned").limit(1)) is not None


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    return make_engine(sqlite_url)


async def provision(link: object, *accounts: str) -> None:
    for account in accounts:
        for family, objects in endpoints.cabin(account, ha1(account)).items():
            for key, value in objects.items():
                await link.action("DBPut", Family=family, Key=key, Val=value)  # type: ignore[attr-defined]


def test_scanning_and_guessing_find_nothing_and_are_shut_out_and_reported(asterisk: Asterisk, engine: Engine) -> None:
    async def work() -> None:
        link = asterisk.ami()
        guard = Guard(asterisk.settings, engine, link)
        async with running(link, guard):
            await provision(link, "cabin-1", "1003")
            found = await asyncio.to_thread(scan, "svwar", asterisk, "-e", "1000-1400", "-m", "REGISTER", "--force")
            assert "found nothing" in found, found  # all accounts are answered alike: it gives up by itself
            for extension in range(1000, 1020):  # a more stubborn one
                await asyncio.to_thread(answer_to, asterisk, SCANNER, str(extension))
            await eventually(lambda: guard.blocked == 1, what="the block")

            async def refused() -> bool:
                return " 403 " in await asyncio.to_thread(answer_to, asterisk, SCANNER)

            await eventually(refused, what="the scanner being refused")
            assert (await asyncio.to_thread(answer_to, asterisk, NEIGHBOUR)).split()[1] == "401"
            cracked = await asyncio.to_thread(scan, "svcrack", asterisk, "-u", "1003", "-r", "1000-9999")
            assert PASSWORD not in cracked, cracked
            mapped = await asyncio.to_thread(scan, "svmap", asterisk)
            assert "Asterisk" not in mapped, mapped
            await eventually(lambda: reported(engine), what="the report")

    asyncio.run(work())
    with read_scope(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "sip.blocked")).one()
        event = session.scalars(select(LiveEvent).where(LiveEvent.type == "sip.scanned")).one()
    assert (entry.address, entry.actor_kind.value) == (SCANNER, "stranger")
    assert event.payload["blocked_until"]


def test_guessing_one_accounts_password_is_shut_out_too(asterisk: Asterisk, engine: Engine) -> None:
    async def work() -> None:
        link = asterisk.ami()
        guard = Guard(asterisk.settings, engine, link)
        async with running(link, guard):
            await provision(link, "1003")
            found = await asyncio.to_thread(scan, "svcrack", asterisk, "-u", "1003", "-r", "1000-3000")
            assert PASSWORD not in found
            await eventually(lambda: guard.blocked == 1, what="the block")

    asyncio.run(work())


def test_a_neighbours_scanner_never_keeps_a_cabin_from_its_alarm(asterisk: Asterisk, engine: Engine) -> None:
    """Both stand behind one router: the switch sees one address."""

    async def work() -> None:
        link = asterisk.ami()
        guard = Guard(asterisk.settings, engine, link)
        async with running(link, guard):
            await provision(link, "cabin-1")
            contact = f'{{"uri":"sip:cabin-1@{SCANNER}:5060","expiration_time":"{time.time() + 60:.0f}"}}'
            await link.action("DBPut", Family="registrar/contact", Key="cabin-1;@1", Val=contact)
            await asyncio.to_thread(scan, "svcrack", asterisk, "-u", "1003", "-r", "1000-3000")
            await eventually(lambda: guard.spared > 0, what="the scanner being noticed")
            assert guard.blocked == 0
            assert (await asyncio.to_thread(answer_to, asterisk, SCANNER, "cabin-1")).split()[1] == "401"

            # The building's power fails, the registration runs out; it comes back, and the scanner is still there.
            await guard._remember()
            await link.action("DBDel", Family="registrar/contact", Key="cabin-1;@1")
            again = Guard(asterisk.settings, engine, link)
            await again._remember()
            await again._judge(SCANNER, "1000")
            assert again.blocked == 0

    asyncio.run(work())


def test_a_block_ends_by_itself_and_grows_only_for_who_comes_back() -> None:
    watch = Watch()
    lengths = [watch.block("10.0.0.1", 1000.0 * n) for n in range(1, 7)]
    assert lengths == [60, 120, 240, 480, 900, LONGEST_BLOCK_S]
    assert watch.block("10.0.0.1", 200_000.0) == 60, "after a day it is a stranger again"


def test_a_device_with_a_wrong_password_is_no_scanner() -> None:
    watch = Watch()
    assert not any(watch.failed("10.0.0.1", "cabin-1", 3.0 * n) for n in range(2000))
    assert any(watch.failed("10.0.0.2", str(n), 0.1 * n) for n in range(8))
