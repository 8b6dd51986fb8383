"""A live alarm for the console: guards and maintainer let it ring, and the centre is whoever sits at the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from demo.record import Record, Timeline
from demo.scene import PASSENGER_HZ, UNANSWERED, phones_on
from phones.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.record import Node
    from liftline.settings import Settings
    from phones.call import Call

SOON_S: Final = 10.0
LONGEST_S: Final = 3600.0
"""A passenger's patience in the demo."""


def live(
    settings: Settings, folder: Path, began: Callable[[str], None], tell: Callable[[datetime, Node], None]
) -> None:
    """Press a button and stay on the line until the incident is closed on the console, or Ctrl-C.

    The cabin keeps its phone on after the call, so that it can be called back. An incident that is still open in the
    end is closed as a test.

    Args:
        settings: of the running instance.
        folder: for what the phones hear.
        began: gets the incident's number as soon as it is on record.
        tell: gets the moment of the press and each node as it comes.

    Raises `SceneError`, `phones.errors.PhoneError`, `httpx.HTTPError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(settings)
    with phones_on(settings, folder / "heard", UNANSWERED) as phones:
        pressed = datetime.now(UTC)
        cabin = phones["cabin-1"].call("alarm", tone=PASSENGER_HZ)
        number = record.incident_since(pressed, SOON_S)
        began(number)
        closed = False
        try:
            closed = Timeline(record, number, pressed, tell).tell_until("closed", LONGEST_S)
        finally:
            _hang_up(cabin)
            if not closed:
                record.close_as_test(number)


def _hang_up(cabin: Call) -> None:
    if cabin.is_over:
        return
    try:
        cabin.hangup()
    except PhoneError:
        return  # it ended in this moment
