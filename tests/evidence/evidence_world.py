"""A filled instance, a hand that tampers as an owner could, a witness and a time-stamp authority on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING

import httpx
import numpy as np
import soundfile as sf
import uvicorn
from sqlalchemy import Engine, create_engine, text

import store
from escalation.events import Acknowledge, Close, Closing
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.plan import Role
from escalation.states import Classification, Origin
from evidence.core.keys import WITNESS_KIND, Signer
from evidence.log.heads import sign_now
from evidence.log.keys import KeyRing
from evidence.verify.run import Extent, verify
from evidence.witness.keeper import HeadKeeper
from evidence.witness.records import newest_head
from evidence.witness.server import create_witness
from liftline.settings import Settings
from store.migrations.guards import APPEND_ONLY, drop_guard
from store.models import (
    CabinKind,
    Call,
    CallKind,
    Lift,
    NodeSource,
    Organization,
    OrganizationKind,
    Person,
    Phone,
    PhoneKind,
    Recording,
    RecordingState,
)
from store.services import Recorded, append_node, apply_incident_event, open_incident
from store.session import StoreSession, make_engine, session_scope
from tests.kit.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.verify.findings import Report

NOBODY = 65534
DEAD_REDIS = "redis://127.0.0.1:1/0"


@dataclass
class Place:
    """One instance."""

    settings: Settings
    engine: Engine

    @property
    def ring(self) -> KeyRing:
        return KeyRing(self.engine, self.settings.secrets_dir, self.settings.evidence_name)

    def sign(self) -> None:
        now = datetime.now(UTC)
        sign_now(self.engine, self.ring.signer(now), now, self.settings.evidence_dir)

    def check(self, extent: Extent | None = None, processes: int = 1) -> Report:
        return verify(self.settings, extent or Extent(), lambda *_: None, processes=processes)

    def found(self) -> list[tuple[str, str]]:
        """Trouble and what it is about, of everything that verification finds."""
        return [(one.trouble.value, one.what) for one in self.check().findings]

    def tamper(self, *statements: str) -> None:
        """Change the database as its owner could: drop the guards first."""
        with self.engine.begin() as connection:
            for table in APPEND_ONLY:
                for statement in drop_guard(connection.dialect.name, table):
                    connection.execute(text(statement))
            for statement in statements:
                connection.execute(text(statement))

    def number(self, place: int) -> str:
        with self.engine.connect() as connection:
            return str(
                connection.execute(text("select number from incidents where id = :id"), {"id": place}).scalar_one()
            )


def given_place(home: Path, **settings: object) -> Place:
    made = Settings(home=home, redis_url=DEAD_REDIS, **settings)  # type: ignore[arg-type]
    return Place(made, make_engine(made.database_url))


def filled(home: Path, now: datetime, **settings: object) -> Path:
    place = given_place(home, **settings)
    store.migrate(place.settings.database_url)
    with session_scope(place.engine) as session:
        lifts = [add_lift(session, number) for number in (1, 2, 3)]
    for number, lift in enumerate(lifts, 1):
        with session_scope(place.engine) as session:
            add_alarm(session, session.get_one(Lift, lift.id), now, number, home / "recordings" if number < 3 else None)
    place.sign()
    place.engine.dispose()
    return home


def add_lift(session: StoreSession, number: int) -> Lift:
    guards = Organization(kind=OrganizationKind.PROPERTY, name=f"物业 {number}")
    session.add(guards)
    guard = Person(organization=guards, name=f"值班员 {number}")
    session.add(guard)
    session.add(Phone(organization=guards, person=guard, label="值班室", kind=PhoneKind.SIP, address=f"guard-{number}"))
    lift = Lift(
        device_code=f"3110130100201906000{number}",
        registration_no=f"梯11冀A0000{number}(26)",
        rescue_no=f"30000{number}",
        name=f"阳光小区 {number} 号梯",
        property=guards,
        cabin_kind=CabinKind.SIP,
        cabin_address=f"cabin-{number}",
    )
    session.add(lift)
    session.flush()
    return lift


def add_alarm(session: StoreSession, lift: Lift, now: datetime, number: int, recordings: Path | None) -> None:
    """Raise, ring, answer, finish the recording, close."""
    incident = open_incident(session, Origin.PRESS, now, lift=lift).incident
    call_id = f"node1-{number}.1"
    call = Call(incident=incident, lift=lift, call_id=call_id, switch_node="node1", kind=CallKind.ALARM, started_at=now)
    session.add(call)
    session.flush()
    target = f"PJSIP/guard-{number}"
    story = (
        NodeDraft(NodeKind.ALARM_RAISED, now, "node1", detail={"via": "sip"}),
        NodeDraft(NodeKind.TIER_STARTED, now + timedelta(seconds=1), "node1", tier=1, role=Role.PROPERTY, round=1),
        NodeDraft(NodeKind.LEG_DIALLED, now + timedelta(seconds=1), "node1", tier=1, role=Role.PROPERTY, target=target),
        NodeDraft(
            NodeKind.LEG_ACCEPTED, now + timedelta(seconds=9), "node1", tier=1, role=Role.PROPERTY, target=target
        ),
    )
    for offset, draft in enumerate(story):
        recorded = Recorded(NodeSource.JOURNAL, segment=f"segment-{number}", offset=offset)
        append_node(session, draft, recorded, incident=incident, call=call)
    apply_incident_event(session, incident, Acknowledge(Role.PROPERTY, target), now + timedelta(seconds=9), call=call)
    row = Recording(
        incident=incident,
        call=call,
        file=f"raw/{call_id}.raw",
        state=RecordingState.RECORDING,
        started_at=now,
    )
    session.add(row)
    session.flush()
    if recordings is not None:
        finish(session, row, recordings, f"{now:%Y/%m/%d}/{call_id}.wav")
    apply_incident_event(session, incident, Close(Closing(Classification.TEST)), now + timedelta(seconds=60))


def finish(session: StoreSession, row: Recording, recordings: Path, name: str) -> None:
    path = recordings / name
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = (np.sin(np.arange(8000) / 8000 * 440 * 2 * np.pi) * 8000).astype(np.int16)
    sf.write(path, np.stack([wave, wave // 2], axis=1), 8000, subtype="PCM_16")
    data = path.read_bytes()
    row.state = RecordingState.OK
    row.file, row.bytes, row.sha256 = name, len(data), hashlib.sha256(data).hexdigest()
    row.ended_at = row.started_at + timedelta(seconds=1)
    row.expected_ms = row.duration_ms = 1000
    row.channels, row.sample_rate = 2, 8000
    session.flush()


def until(condition: object, seconds: float = 20, what: str = "it") -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


class WitnessServer:
    """The reference witness on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = Signer.new("supervisor", WITNESS_KIND)
        self.port = free_port()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def setting(self) -> str:
        return f"{self.url}#{self.signer.verifier}"

    def start(self, trusted: list[str]) -> None:
        app = create_witness(self.folder / "heads.db", self.signer, trusted)
        self._server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server is not None and self._server.started, what="the witness")

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)
            self._server = None


class TimeStamps:
    """A time-stamp authority over HTTP, whose answers openssl makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots = folder / "root.pem"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def start(self) -> None:
        (self.folder / "tsa.cnf").write_text(
            "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\n"
            "keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
            "[leaf]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n"
            "authorityKeyIdentifier=keyid\nextendedKeyUsage=critical,timeStamping\n"
            "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ncrypto_device=builtin\nsigner_cert=leaf.pem\nsigner_key=leaf.key\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha512\n"
            "ess_cert_id_chain=no\ness_cert_id_alg=sha256\nordering=yes\ntsa_name=yes\n"
        )
        new = ["openssl", "req", "-config", "tsa.cnf", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
        self._run([*new, "-x509", "-extensions", "ca", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem"])
        self._run([*new, "-subj", "/CN=time stamps", "-keyout", "leaf.key", "-out", "leaf.csr"])
        sign = [
            "openssl",
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
        ]
        self._run([*sign, "-days", "30", "-extfile", "tsa.cnf", "-extensions", "leaf", "-out", "leaf.pem"])
        (self.folder / "serial").write_text("01\n")
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._run(
            ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "t", "-queryfile", "query", "-out", "reply"]
        )
        return (self.folder / "reply").read_bytes()

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=60)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                reply = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                return

        return Handler


class Postgres:
    """A private server, reached by a Unix socket. PostgreSQL refuses to run as root, so there it runs as nobody."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.user = NOBODY if os.geteuid() == 0 else None
        self.numbers = count(1)
        if self.user is not None:
            os.chown(folder, self.user, self.user)

    def start(self) -> None:
        self._run("initdb", "-U", "liftline", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-w", "-t", "50", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, database: str, role: str = "liftline") -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def create(self) -> str:
        name = f"t{next(self.numbers)}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        engine.dispose()
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / f"{program}.log").open("a") as log:
            subprocess.run(
                [str(self.binaries / program), "-D", str(self.folder / "data"), *arguments],
                check=True,
                timeout=60,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self.user,
                cwd=self.folder,
            )


def attest_now(place: Place) -> None:
    """Have the newest head countersigned by all parties of the settings, as the record process does by itself."""

    async def run() -> None:
        keeper = HeadKeeper(place.engine, place.settings)
        head = newest_head(place.engine)
        assert head is not None
        async with httpx.AsyncClient() as client:
            for party in keeper.parties:
                await party.attest(client, place.engine, head)

    asyncio.run(run())
