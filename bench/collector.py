"""`python -m bench.collector`: how many nodes a second the collector stores, from a journal of many alarms at once.

No Asterisk takes part: the journal is written beforehand, line by line as a city's worst minute would write it, and
then collected as fast as it goes. So the figure is the collector's own, and its second form, nodes per second of
processor time, can be compared between two revisions even on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from sqlalchemy import func, select

from bench.estate import cabin, fill, guard, mobile
from bench.stage import settings_of
from store.migrating import migrate
from store.models import Node, NodeSource
from store.session import make_engine, read_scope
from switch.journal.collector import Collector
from switch.journal.segments import CURRENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

NODE: Final = "bench"
ALARMS: Final = 300
PRESS_EVERY_S: Final = 0.05
LIMIT_S: Final = 600.0

Happening = tuple[float, str, dict[str, str]]
"""Seconds after the press, the record's kind, its fields; a kind in capitals is one of Asterisk's own records."""


def alarm(number: int, call: str) -> Iterator[Happening]:
    """Give what one alarm writes: the guard lets it ring, the maintainer presses 1, both talk, the passenger leaves."""
    desk = {"tier": "1", "role": "property", "target": f"PJSIP/{guard(number)}", "round": "1"}
    handy = {"tier": "2", "role": "maintainer", "target": f"PJSIP/{mobile(number)}@trunk", "round": "1"}
    file = {"file": f"{call}.raw"}
    yield 0.00, "CHAN_START", {}
    yield 0.00, "ANSWER", {}
    yield 0.00, "alarm_raised", {"lift": f"31130100000000{number:06d}", "via": "sip", "endpoint": cabin(number), **file}
    yield 0.00, "recording_started", file
    yield 0.01, "round_started", {"round": "1"}
    yield 0.01, "tier_started", {"tier": "1", "role": "property", "round": "1", "step": "1"}
    yield 0.01, "CHAN_START", {}
    yield 0.01, "leg_dialled", {**desk, "accept": "answer"}
    yield 15.02, "HANGUP", {}
    yield 15.02, "leg_failed", {**desk, "status": "NOANSWER", "cause": "19", "ring_ms": "3"}
    yield 15.02, "tier_finished", {"tier": "1", "role": "property", "status": "NOANSWER"}
    yield 15.02, "tier_started", {"tier": "2", "role": "maintainer", "round": "1", "step": "2"}
    yield 15.03, "CHAN_START", {}
    yield 15.03, "leg_dialled", {**handy, "accept": "key"}
    yield 19.05, "ANSWER", {}
    yield 19.05, "leg_answered", handy
    yield 22.07, "key_pressed", {**handy, "key": "1", "valid": "1"}
    yield 22.07, "leg_accepted", {**handy, "how": "key"}
    yield 22.08, "BRIDGE_ENTER", {}
    yield 22.08, "BRIDGE_ENTER", {}
    yield 28.00, "BRIDGE_EXIT", {}
    yield 28.00, "tier_finished", {"tier": "2", "role": "maintainer", "status": "ACCEPTED"}
    yield 28.01, "recording_finished", file
    yield 28.01, "call_ended", {"stage": "talking", "cause": "16", "tier": "2", "took": handy["target"]}
    yield 28.01, "HANGUP", {}
    yield 28.01, "LINKEDID_END", {}


def write_journal(path: Path, alarms: int, began: datetime) -> tuple[int, int]:
    """Write what `alarms` alarms, one press every 50 ms, leave in the journal; return how many lines and nodes."""
    calls = {number: f"{NODE}-{int(began.timestamp())}.{number}" for number in range(1, alarms + 1)}
    happened = sorted(
        (number * PRESS_EVERY_S + after, number, order, kind, fields)
        for number, call in calls.items()
        for order, (after, kind, fields) in enumerate(alarm(number, call))
    )
    with path.open("w", encoding="utf-8") as file:
        for after, number, _, kind, fields in happened:
            file.write(_line(kind, calls[number], began + timedelta(seconds=after), number, fields) + "\n")
    return len(happened), sum(kind.islower() for _, _, _, kind, _ in happened)


def _line(kind: str, call: str, at: datetime, number: int, fields: dict[str, str]) -> str:
    ours = kind.islower()
    record = {
        "eventtype": "USER_DEFINED" if ours else kind,
        "userdeftype": kind if ours else "",
        "eventtime": f"{at:%Y-%m-%dT%H:%M:%S.%f}+0000",
        "num": cabin(number),
        "exten": "s",
        "context": "ll-alarm",
        "channame": f"PJSIP/{cabin(number)}-{number:08x}",
        "uniqueid": call,
        "linkedid": call,
        "peer": "",
        "appname": "CELGenUserEvent" if ours else "",
        "eventextra": json.dumps({"extra": urlencode(fields)}) if ours else "",
    }
    return json.dumps(record, separators=(",", ":"))


def collect(engine: Engine, folder: Path, lines: int) -> tuple[float, float]:
    """Collect the folder's journal; return how long that took and how much processor time of ours, in seconds.

    Raises:
        TimeoutError: not everything was stored within `LIMIT_S`.
    """
    collector = Collector(engine, folder, NODE)
    stop = threading.Event()
    thread = threading.Thread(target=collector.run, args=(stop,))
    began, used = time.perf_counter(), time.process_time()
    thread.start()
    try:
        while collector.state.records < lines:
            if time.perf_counter() - began > LIMIT_S:
                raise TimeoutError(f"{collector.state.records} lines in {LIMIT_S:.0f} s")
            time.sleep(0.01)
        took, used = time.perf_counter() - began, time.process_time() - used
    finally:
        stop.set()
        thread.join()
    return took, used


def stored_nodes(engine: Engine) -> int:
    """Return how many nodes of the journal are in the database."""
    with read_scope(engine) as session:
        return session.scalar(select(func.count()).where(Node.source == NodeSource.JOURNAL)) or 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.collector", description=__doc__)
    parser.add_argument("--alarms", type=int, default=ALARMS, help="alarms up at once (default %(default)s)")
    parser.add_argument(
        "--database", default="", help="URL of an empty database (default: SQLite in a folder of its own)"
    )
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="liftline-collector-"))
    try:
        variables = {"LIFTLINE_HOME": str(folder), "LIFTLINE_NODE": NODE}
        if given.database:
            variables["LIFTLINE_DATABASE_URL"] = given.database
        settings = settings_of(variables)
        migrate(settings.database_url)
        fill(settings, given.alarms)
        journal = folder / "cel-custom"
        journal.mkdir()
        lines, nodes = write_journal(journal / CURRENT, given.alarms, datetime.now(UTC).replace(microsecond=0))
        engine = make_engine(settings.database_url)
        took, used = collect(engine, journal, lines)
        if (stored := stored_nodes(engine)) != nodes:
            raise RuntimeError(f"{stored} nodes of {nodes} were stored")
        engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kind = settings.database_url.partition(":")[0]
    print(
        f"{nodes} nodes of {given.alarms} alarms in {took:.2f} s: {nodes / took:.0f} nodes/s, "
        f"{nodes / used:.0f} per second of processor time ({kind})"
    )


if __name__ == "__main__":
    main()
