"""A small estate with two of everything, so that what one organization must not see exists."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest
import soundfile as sf
from redis import Redis
from redis.exceptions import RedisError

from api.auth.passwords import hash_password
from api.auth.tokens import digest
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.states import Origin
from liftline.runtime.programs import redis_command
from liftline.settings import get_settings
from store import migrate
from store.models import (
    CabinKind,
    Call,
    CallKind,
    DutyShift,
    Lift,
    LoginSession,
    NodeSource,
    Organization,
    OrganizationKind,
    Person,
    Phone,
    PhoneKind,
    Recording,
    RecordingState,
    User,
    UserRole,
)
from store.services import Recorded, append_node, open_incident
from store.session import StoreSession, make_engine, session_scope
from tests.kit.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OPEN_1, OPEN_2 = "20261122-0001", "20261122-0002"
UNKNOWN = "20261122-0003"
LIFT_1, LIFT_2 = "300001", "300002"


Serve = Callable[..., "Api"]
"""Starts applications: `serve()`, `serve(limits=…, redis_url=…, database_url=…)`."""


class Clock:
    """The application's clock; a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Api:
    """A running application and clients for each role."""

    url: str
    clock: Clock
    home: Path
    database_url: str
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def as_(self, login: str) -> httpx.Client:
        """A client with a session token of this log-in."""
        if login not in self.clients:
            headers = {"Authorization": f"Bearer {token_of(login)}"}
            self.clients[login] = httpx.Client(base_url=self.url, headers=headers, timeout=20)
        return self.clients[login]

    def stranger(self) -> httpx.Client:
        """A client without anything."""
        if "" not in self.clients:
            self.clients[""] = httpx.Client(base_url=self.url, timeout=20)
        return self.clients[""]

    def close(self) -> None:
        for client in self.clients.values():
            client.close()


def token_of(login: str) -> str:
    return f"lls_token-of-{login}"


def build(url: str, recordings: Path) -> None:
    """Migrate the database and fill it."""
    migrate(url)
    engine = make_engine(url)
    with session_scope(engine) as session:
        _fill(session, recordings)
    engine.dispose()


def _fill(session: StoreSession, recordings: Path) -> None:
    centre = _organization(session, OrganizationKind.CENTRE, "应急处置中心")
    supervisor = _organization(session, OrganizationKind.SUPERVISOR, "监管部门")
    password = hash_password(PASSWORD)
    _user(session, "centre", UserRole.CENTRE, centre, password)
    _user(session, "supervisor", UserRole.SUPERVISOR, supervisor, password)
    _user(session, "admin", UserRole.ADMIN, None, password)
    for number in (1, 2):
        guards = _organization(session, OrganizationKind.PROPERTY, f"物业 {number}")
        maintainer = _organization(session, OrganizationKind.MAINTAINER, f"维保 {number}")
        _user(session, f"property{number}", UserRole.PROPERTY, guards, password)
        _user(session, f"maintainer{number}", UserRole.MAINTAINER, maintainer, password)
        _people(session, guards, maintainer, number)
        _alarm(session, _lift(session, guards, maintainer, number), recordings, number)
    open_incident(session, Origin.PRESS, NOW, lift=None, caller="13900000000")


def _organization(session: StoreSession, kind: OrganizationKind, name: str) -> Organization:
    row = Organization(kind=kind, name=name, active=True)
    session.add(row)
    session.flush()
    return row


def _user(session: StoreSession, login: str, role: UserRole, of: Organization | None, password: str) -> None:
    user = User(login=login, name=login, role=role, organization=of, password_hash=password, active=True)
    session.add(user)
    session.flush()
    ends = NOW + timedelta(hours=12)
    session.add(LoginSession(token_hash=digest(token_of(login)), user_id=user.id, created_at=NOW, expires_at=ends))


def _people(session: StoreSession, guards: Organization, maintainer: Organization, number: int) -> None:
    guard = Person(organization=guards, name=f"值班员 {number}", active=True)
    session.add(guard)
    session.add(
        Phone(
            organization=guards,
            person=guard,
            label="值班室",
            kind=PhoneKind.SIP,
            address=f"guard-{number}",
            ha1="0" * 32,
        )
    )
    mobile = Phone(
        organization=maintainer,
        label="手机",
        kind=PhoneKind.TRUNK,
        address=f"1380000000{number}",
        accept="key",
        allowance_s=10,
    )
    session.add(mobile)
    session.flush()
    span = {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW + timedelta(hours=6)}
    session.add(DutyShift(organization=maintainer, phone=mobile, position=1, **span))


def _lift(session: StoreSession, guards: Organization, maintainer: Organization, number: int) -> Lift:
    lift = Lift(
        device_code=f"3110130100201906000{number}",
        registration_no=f"梯11冀A0000{number}(26)",
        rescue_no=f"30000{number}",
        name=f"阳光小区 {number} 号梯",
        property=guards,
        maintainer=maintainer,
        cabin_kind=CabinKind.SIP,
        cabin_address=f"cabin-{number}",
        cabin_ha1="0" * 32,
        active=True,
    )
    session.add(lift)
    session.flush()
    return lift


def _alarm(session: StoreSession, lift: Lift, recordings: Path, number: int) -> None:
    incident = open_incident(session, Origin.PRESS, NOW, lift=lift).incident
    call = Call(
        incident=incident,
        lift=lift,
        call_id=f"node1-{number}.1",
        switch_node="node1",
        kind=CallKind.ALARM,
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=60),
    )
    session.add(call)
    session.flush()
    said = (
        (NodeDraft(NodeKind.ALARM_RAISED, NOW, "node1", detail={"via": "sip"}), 0),
        (NodeDraft(NodeKind.TIER_STARTED, NOW + timedelta(seconds=1), "node1", tier=1, detail={}), 100),
    )
    for draft, offset in said:
        recorded = Recorded(NodeSource.JOURNAL, segment=f"journal-{number}", offset=offset)
        append_node(session, draft, recorded, incident=incident, call=call)
    name = f"2026/11/22/node1-{number}.1.wav"
    size, sha256 = _tone(recordings / name)
    session.add(
        Recording(
            incident=incident,
            call=call,
            file=name,
            state=RecordingState.OK,
            started_at=NOW,
            ended_at=NOW + timedelta(seconds=1),
            expected_ms=1000,
            duration_ms=1000,
            channels=2,
            sample_rate=8000,
            bytes=size,
            sha256=sha256,
        )
    )
    session.flush()


def _tone(path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = (np.sin(np.arange(8000) / 8000 * 440 * 2 * np.pi) * 8000).astype(np.int16)
    sf.write(path, np.stack([wave, wave // 2], axis=1), 8000, subtype="PCM_16")
    data = path.read_bytes()
    return len(data), hashlib.sha256(data).hexdigest()


def problem_id(answer: httpx.Response) -> str:
    """The stable id of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("urn:liftline:problem:")


def listen() -> socket.socket:
    """A listening socket on a free port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", free_port()))
    listener.listen(64)
    return listener


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Poll until the condition holds; fail after the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.01)


class RedisServer:
    """Redis on a port of its own; `kill()` and `start()` it at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        process = subprocess.Popen(redis_command(options, get_settings().runtime), stdout=subprocess.DEVNULL)
        self._process = process
        until(lambda: process.poll() is not None or self._answers(process.pid))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self, pid: int) -> bool:
        """Say whether this very Redis answers, and not whoever else may have got the port."""
        try:
            with Redis(host="127.0.0.1", port=self.port, socket_timeout=1, socket_connect_timeout=0.2) as client:
                return bool(client.info("server")["process_id"] == pid)
        except RedisError:
            return False
