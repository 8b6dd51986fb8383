"""What a person reads of the processes' logs in a terminal."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from liftline.supervision.readable import is_routine, readable

ZONE = ZoneInfo("Asia/Shanghai")


def line(**fields: object) -> str:
    return json.dumps({"level": "info", "timestamp": "2026-11-25T02:17:06.484017Z", **fields})


def test_a_line_is_shown_as_words_with_the_time_of_the_people() -> None:
    shown = readable(line(event="recording_finished", state="ok", ms=37200), ZONE)
    assert shown.startswith("10:17:06 ")
    assert "recording_finished" in shown
    assert "state=ok" in shown
    assert "{" not in shown


def test_what_is_no_event_of_ours_is_shown_as_it_is() -> None:
    for text in ("Asterisk Ready.", "{broken", '{"event": "x"}', '["list"]', '{"event": "x", "timestamp": "never"}'):
        assert readable(text, ZONE) == text


def test_requests_that_went_well_are_routine_and_those_that_did_not_are_not() -> None:
    assert is_routine(line(event="request", status=200))
    assert not is_routine(line(event="request", status=500, level="error"))
    assert not is_routine(line(event="recording_finished"))
    assert not is_routine("Asterisk Ready.")
