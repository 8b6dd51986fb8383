"""A home with a migrated database, lifts, and a gateway's key; processes of an instance around it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.auth.tokens import new_api_key
from intake.mqtt.passwords import mosquitto_hash
from liftline.runtime.programs import mosquitto_command, redis_command
from liftline.secrets import ensure_secrets
from liftline.settings import Settings
from liftline.supervision.mosquitto_config import write_mosquitto_config
from liftline.supervision.redis_config import write_redis_config
from store import migrate
from store.models import ApiKey, CabinKind, Lift, Organization, OrganizationKind, UserRole
from store.repositories import gateways
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

START_S = 30.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What the runs stand on."""

    settings: Settings
    engine: Engine
    key: str
    prefix: str
    gateway: str
    codes: list[str]
    lifts: list[int]
    gateway_id: int


def make(home: Path, lifts: int, port_base: int) -> Ground:
    """Make a home with so many lifts, all of one gateway."""
    settings = Settings(home=home, port_base=port_base)
    home.mkdir(parents=True, exist_ok=True)
    ensure_secrets(settings.secrets_dir)
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    fresh = new_api_key()
    with session_scope(engine) as session:
        owner = Organization(kind=OrganizationKind.MAINTAINER, name="维保")
        session.add(owner)
        session.flush()
        rows = [
            Lift(
                device_code=f"31101301022026{number:06d}",
                registration_no=f"梯{number:06d}",
                rescue_no=f"{number:06d}",
                name=f"{number} 号梯",
                maintainer_id=owner.id,
                cabin_kind=CabinKind.SIP,
                cabin_address=f"cabin-{number:06d}",
            )
            for number in range(lifts)
        ]
        session.add_all(rows)
        gateway = gateways.ensure(session, "gw-bench")
        session.add(
            ApiKey(
                name="bench",
                prefix=fresh.prefix,
                hash=fresh.hash,
                mqtt_hash=mosquitto_hash(fresh.text),
                role=UserRole.GATEWAY,
                gateway="gw-bench",
                organization_id=owner.id,
                created_at=datetime.now(UTC),
            )
        )
        session.flush()
        found = [(row.device_code, row.id) for row in rows]
        number = gateway.id
    codes, ids = [code for code, _ in found], [one for _, one in found]
    return Ground(settings, engine, fresh.text, fresh.prefix, "gw-bench", codes, ids, number)


def batches(
    ground: Ground, prefix: str, count: int, size: int = 100, *, by_lift: bool = False
) -> list[list[dict[str, Any]]]:
    """Make batches of car states, each as a gateway sends it; `by_lift`: each batch of one lift."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")

    def one(batch: int, number: int) -> dict[str, Any]:
        place = batch if by_lift else batch * size + number
        return {
            "event_id": f"{prefix}-{batch}-{number}",
            "device_code": ground.codes[place % len(ground.codes)],
            "kind": "car_state",
            "occurred_at": at,
            "sequence": number,
            "data": {"floor": number % 30, "direction": "up", "moving": True, "door": "closed", "people": False},
        }

    return [[one(batch, number) for number in range(size)] for batch in range(count)]


@contextlib.contextmanager
def running(ground: Ground, *names: str) -> Iterator[dict[str, int]]:
    """Run processes of the instance (`redis`, `mosquitto`, `api`, `sensing`) for as long as the block lasts."""
    settings = ground.settings
    environment = {**os.environ, "LIFTLINE_HOME": str(settings.home), "LIFTLINE_PORT_BASE": str(settings.port_base)}
    commands = {
        "redis": lambda: redis_command([str(write_redis_config(settings))]),
        "mosquitto": lambda: mosquitto_command(["-c", str(write_mosquitto_config(settings))]),
        "api": lambda: [sys.executable, "-m", "liftline", "run", "api"],
        "sensing": lambda: [sys.executable, "-m", "liftline", "run", "sensing"],
    }
    ports = {"redis": settings.redis_port, "mosquitto": settings.mqtt_port, "api": settings.http_port}
    started: list[subprocess.Popen[bytes]] = []
    try:
        for name in names:
            if name in ports and _listens(ports[name]):
                raise RuntimeError(f"port {ports[name]} is in use: give another --port-base")
            with (settings.home / f"{name}.log").open("ab") as log:
                started.append(subprocess.Popen(commands[name](), env=environment, stdout=log, stderr=log))
            if name in ports:
                _wait_for(ports[name])
        yield {name: process.pid for name, process in zip(names, started, strict=True)}
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        if _listens(port):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens on port {port}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def encoded(batch: list[dict[str, Any]]) -> bytes:
    """Give a batch as it is sent."""
    return json.dumps(batch, separators=(",", ":")).encode()
