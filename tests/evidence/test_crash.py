"""Killed at any moment, under load: no node lost, none twice, and the log agrees with all of them."""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import pytest
from evidence_world import Place, add_lift, given_place, until
from evidence_writer import collect_and_sign
from sqlalchemy import text

from store.session import session_scope

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("LIFTLINE_TEST_KILLS", "10"))
"""200 in the long run: `LIFTLINE_TEST_KILLS=200 pytest tests/evidence/test_crash.py`."""
LINES_A_CALL = 12
CALLS_A_KILL = 8


class Journal:
    """Writes alarms as Asterisk does, a few a second, until it is told to stop."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True)
        self.file = file
        self.calls = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._press_on)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _press_on(self) -> None:
        while self.calls < CALLS_A_KILL * KILLS and not self._stop.wait(0.1):
            with self.file.open("a", encoding="utf-8") as file:
                for number in range(LINES_A_CALL):
                    file.write(line(self.calls, number))
            self.calls += 1


def line(call: int, number: int) -> str:
    kind = ("alarm_raised", "recording_started")[number] if number < 2 else "tier_started"
    extra = f"lift=31101301002019060001&via=sip&file={call}.raw" if number < 2 else f"tier=1&step={number}"
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}+0000"
    return (
        f'{{"eventtype":"USER_DEFINED","userdeftype":"{kind}","eventtime":"{at}","num":"cabin-1","exten":"s",'
        f'"context":"ll-alarm","channame":"PJSIP/cabin-1","uniqueid":"node1-1790000000.{call}",'
        f'"linkedid":"node1-1790000000.{call}","peer":"","appname":"CELGenUserEvent",'
        f'"eventextra":{{"extra":"{extra}"}}}}\n'
    )


def count(place: Place, query: str) -> int:
    with place.engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


LEAVES = "select count(*) from log_leaves"
NODES = "select count(*) from nodes where source = 'journal'"


@pytest.mark.timeout(60 + 6 * KILLS)
def test_killed_at_any_moment_the_log_has_every_node_once(url: str, tmp_path: Path) -> None:
    place = given_place(tmp_path / "home", database_url=url)
    with session_scope(place.engine) as session:
        add_lift(session, 1)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["evidence_writer"])
    luck = random.Random(11)

    def writer() -> multiprocessing.process.BaseProcess:
        process = processes.Process(target=collect_and_sign, args=(str(place.settings.home), url), daemon=True)
        process.start()
        return process

    with Journal(place.settings.journal_file) as journal:
        for _ in range(KILLS):
            before, process = count(place, LEAVES), writer()
            try:
                until(lambda: count(place, LEAVES) > before or not journal.running, 30, "progress")  # noqa: B023
                time.sleep(luck.uniform(0, 0.15))
            finally:
                process.kill()
                process.join()
    process = writer()
    try:
        until(lambda: count(place, NODES) >= journal.calls * LINES_A_CALL, 50, "catching up")
    finally:
        process.kill()
        process.join()
    assert count(place, NODES) == journal.calls * LINES_A_CALL
    place.sign()
    report = place.check()
    assert report.findings == []
    assert report.heads > 1
    place.engine.dispose()
