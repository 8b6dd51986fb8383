"""What the tests of the record plane share: a hand that writes like Asterisk, and patience."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from store.models import CabinKind, Lift, Node, NodeSource
from store.session import make_engine, read_scope, session_scope
from switch.journal.collector import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

STARTED = datetime.now(UTC).replace(microsecond=0)
"""Today: a journal that begins on an earlier day is rotated at once."""


def until(condition: Callable[[], object], timeout_s: float = 20.0, what: str = "condition") -> None:
    """Poll until the condition holds; fail with its name when it does not in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} not within {timeout_s:g} s")
        time.sleep(0.02)


def with_lift(url: str, number: int = 1) -> Engine:
    engine = make_engine(url)
    with session_scope(engine) as session:
        session.add(lift(number))
    return engine


def lift(number: int) -> Lift:
    return Lift(
        device_code=f"3113010000000000000{number}",
        registration_no=f"梯11冀A0000{number}(26)",
        rescue_no=f"10000{number}",
        name=f"示范小区 {number} 号楼",
        cabin_kind=CabinKind.SIP,
        cabin_address=f"cabin-{number}",
    )


@dataclass
class Switch:
    """Writes journal lines as Asterisk does: open, append, close."""

    folder: Path
    now: datetime = STARTED
    node: str = "node1"
    calls: int = 0
    written: int = 0
    kinds: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "journal.jsonl"

    def line(self, kind: str, call: str, *, user: bool = True, channel: str | None = None, **fields: str) -> str:
        self.now += timedelta(milliseconds=7)
        return json.dumps(
            {
                "eventtype": kind,
                "userdeftype": kind if user else "",
                "eventtime": f"{self.now:%Y-%m-%dT%H:%M:%S.%f}+0000",
                "num": "cabin-1",
                "exten": "s",
                "context": "ll-alarm",
                "channame": "PJSIP/cabin-1-00000000",
                "uniqueid": channel or call,
                "linkedid": call,
                "peer": "",
                "appname": "CELGenUserEvent",
                "eventextra": json.dumps({"extra": urlencode(fields)}) if user else "",
            },
            separators=(",", ":"),
        )

    def append(self, data: str) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(data)
        self.written += 1

    def write(self, kind: str, call: str, **fields: str) -> None:
        self.kinds.append(kind)
        self.append(self.line(kind, call, **fields) + "\n")

    def press(self, device_code: str = "31130100000000000001") -> str:
        """Begin an alarm; return its call id."""
        call = f"{self.node}-{int(STARTED.timestamp())}.{self.calls}"
        self.calls += 1
        self.append(self.line("CHAN_START", call, user=False) + "\n")
        self.write("alarm_raised", call, lift=device_code, via="sip", file=f"{call}.raw")
        self.write("recording_started", call, file=f"{call}.raw")
        return call

    def whole_alarm(self, device_code: str = "31130100000000000001") -> str:
        call = self.press(device_code)
        self.write("round_started", call, round="1")
        self.write("tier_started", call, tier="1", role="property", round="1", step="1")
        self.write("leg_dialled", call, tier="1", role="property", target="PJSIP/guard-1", accept="answer")
        self.write("leg_answered", call, tier="1", role="property", target="PJSIP/guard-1")
        self.write("leg_accepted", call, tier="1", role="property", target="PJSIP/guard-1", how="answer")
        self.write("tier_finished", call, tier="1", role="property", status="ACCEPTED")
        self.write("talk_ended", call, target="PJSIP/guard-1")
        self.write("recording_finished", call, file=f"{call}.raw")
        self.write("call_ended", call, stage="released", cause="16")
        return call


@contextmanager
def collecting(engine: Engine, switch: Switch) -> Iterator[Collector]:
    stop = threading.Event()
    collector = Collector(engine, switch.folder, switch.node)
    thread = threading.Thread(target=collector.run, args=(stop,))
    thread.start()
    try:
        yield collector
    finally:
        stop.set()
        thread.join(20)


def kinds(engine: Engine, source: NodeSource | None = NodeSource.JOURNAL) -> list[str]:
    with read_scope(engine) as session:
        query = select(Node.kind).order_by(Node.id)
        if source is not None:
            query = query.where(Node.source == source)
        return [kind.value for kind in session.scalars(query)]
