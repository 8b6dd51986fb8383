"""Press → visible on the board: cabins press one after the other while a real browser looks."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from bench.console.browser import Browser
from bench.console.stand import CABINS
from bench.figures import Spread, spread
from phones.process import switched_on

if TYPE_CHECKING:
    from bench.console.stand import Stand

VISIBLE_S: Final = 10.0
SETTLE_S: Final = 3.0
"""The page reads the timelines of what is open when it is opened; nothing is measured meanwhile."""


class Board(TypedDict):
    """What one load led to; times in ms."""

    open: int
    consoles: int
    to_record: Spread
    """Press → the switch's own time of the alarm."""
    to_row: Spread
    """Press → the first frame with its row."""
    each: list[float]


def measure_board(stand: Stand, presses: int, *, open_before: int, consoles: int) -> Board:
    """Let `presses` cabins press in turn while `open_before` incidents are open and `consoles` follow the events.

    One of the consoles is the browser. A press is the moment the phone is told to dial.
    """
    stand.close_all()
    stand.open_many(open_before)
    cabins = [stand.cabin(name) for name in CABINS]
    to_row, to_record = [], []
    with switched_on(cabins), stand.watchers(consoles - 1), Browser(stand.environment, "board") as browser:
        time.sleep(SETTLE_S)
        for index in range(presses):
            browser.forget()
            pressed = time.time()
            call = cabins[index % len(cabins)].call("alarm")
            said = browser.expect("shown", VISIBLE_S)
            to_row.append(said["at"] - pressed * 1000)
            call.hangup()
            call.expect_hangup()
            detail = stand.client.get(f"/incidents/{said['shown']}").json()
            to_record.append(_epoch_ms(detail["raised_at"]) - pressed * 1000)
            stand.close(said["shown"])
    return Board(
        open=open_before,
        consoles=consoles,
        to_record=spread(to_record),
        to_row=spread(to_row),
        each=[round(one, 1) for one in to_row],
    )


def _epoch_ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000
