"""A receiver over real HTTP, a sender with a clock of its own, and a small estate to send about."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from escalation.states import Origin
from forwarding import queue
from forwarding.platform import Platform
from forwarding.receiver.app import MESSAGES, Receiver
from forwarding.sender import Sender
from store.models import CabinKind, Lift, Organization, OrganizationKind, Person, Phone, PhoneKind
from store.services import open_incident
from store.session import session_scope
from tests.kit.ports import free_port
from tests.kit.until import until

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = datetime.now(UTC).replace(microsecond=918204)
"""About now: the outbox itself is due by the real clock. The fraction would round up, and must not."""
SECRET = "a key for tests"


class Clock:
    """Moved by the test."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now


class City:
    """The reference receiver; `stop()` and `start()` it at will: what it has stays."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.receiver = Receiver(self._folder / "city.db", {"liftline": SECRET}, now=self._clock)
        config = uvicorn.Config(self.receiver.asgi, port=self.port, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server.started, 10, "the receiver")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.receiver.ledger.close()

    def fail(self, kind: str | None, **how: Any) -> None:
        httpx.put(f"{self.url}/v1/fault", json={"kind": kind, **how} if kind else None).raise_for_status()

    def messages(self, stream: str | None = None) -> list[dict[str, Any]]:
        return self.receiver.ledger.messages(stream)

    def report(self) -> dict[str, Any]:
        return self.receiver.ledger.report()

    def events(self, kind: str) -> list[str]:
        return [event["detail"] for event in self.report()["events"] if event["kind"] == kind]

    def in_order(self) -> bool:
        """Whether every stream came without gap, twin or disorder."""
        seen: dict[str, list[int]] = {}
        for message in self.messages():
            seen.setdefault(message["stream"], []).append(message["sequence"])
        return all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen.values())


@dataclass
class Office:
    """Our side: database and sender."""

    engine: Engine
    city: City
    clock: Clock
    worker: str = "node1"
    timeout_s: float = 1.0
    lifts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform = Platform(f"{self.city.url}{MESSAGES}", "liftline", SECRET, timeout_s=self.timeout_s)
        self.sender = Sender(self.engine, self.platform, self.worker, random.Random(7), clock=self.clock)

    def switch_on(self) -> None:
        queue.configure(self.engine, self.clock(), enabled=True)

    def rounds(self, count: int = 1, **every: float) -> int:
        """Make rounds, the clock moved on by `every` before each; return how many messages were tried."""

        async def work() -> int:
            tried = 0
            async with self.sender.client() as client:
                for _ in range(count):
                    self.clock.now += timedelta(**every)
                    tried += await self.sender.step(client, self.clock())
            return tried

        return asyncio.run(work())

    def drain(self) -> None:
        """Send until nothing waits."""

        async def work() -> None:
            async with self.sender.client() as client:
                for _ in range(500):
                    self.clock.now += timedelta(seconds=1)
                    await self.sender.step(client, self.clock())
                    if not queue.stats(self.engine).pending:
                        return
            raise AssertionError(queue.stats(self.engine))

        asyncio.run(work())

    def given_lift(self) -> int:
        n = len(self.lifts) + 1
        with session_scope(self.engine) as session:
            guards = Organization(kind=OrganizationKind.PROPERTY, name=f"物业 {n}", phone="0311-1")
            mechanics = Organization(kind=OrganizationKind.MAINTAINER, name=f"维保 {n}")
            mechanic = Person(organization=mechanics, name=f"维保员 {n}")
            lift = Lift(
                device_code=f"31101301022019{n:06d}",
                registration_no=f"梯11冀A{n:05d}(19)",
                rescue_no=f"{300000 + n}",
                name=f"{n} 号梯",
                community="阳光小区",
                property=guards,
                maintainer=mechanics,
                cabin_kind=CabinKind.SIP,
                cabin_address=f"cabin-{n}",
                cabin_ha1="0" * 32,
            )
            mobile = Phone(
                organization=mechanics, person=mechanic, label="手机", kind=PhoneKind.TRUNK, address=f"1380000{n:04d}"
            )
            desk = Phone(organization=guards, label="值班室", kind=PhoneKind.SIP, address=f"guard-{n}", ha1="0" * 32)
            session.add_all([guards, mechanics, mechanic, lift, mobile, desk])
            session.flush()
            self.lifts.append(lift.id)
            return lift.id

    def press(self, lift_id: int) -> str:
        with session_scope(self.engine) as session:
            lift = session.get_one(Lift, lift_id)
            return open_incident(session, Origin.PRESS, self.clock(), lift=lift).incident.number
