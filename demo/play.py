"""Plays the scene: a press, fifteen seconds at the guard, fifteen at the maintainer, and the centre answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from demo.promises import Evidence, proven, verdicts
from demo.proof import prove
from demo.record import Record, Timeline
from demo.result import Result
from demo.scene import PASSENGER_HZ, phones_on
from phones.measure import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.record import Node
    from liftline.settings import Settings

TALK_S: Final = 5.0
TO_CENTRE_S: Final = 60.0
SOON_S: Final = 5.0
FINISHED_S: Final = 30.0


def play(settings: Settings, folder: Path, tell: Callable[[datetime, Node], None]) -> Result:
    """Play it and leave everything below `folder`; `tell` gets the moment of the press and each node as it comes.

    Raises `SceneError`, `phones.errors.PhoneError`, `httpx.HTTPError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(settings)
    with phones_on(settings, folder / "heard") as phones:
        pressed = datetime.now(UTC)
        cabin = phones["cabin-1"].call("alarm", tone=PASSENGER_HZ)
        number = record.incident_since(pressed, SOON_S * 2)
        timeline = Timeline(record, number, pressed, tell)
        timeline.tell_until("leg_accepted", TO_CENTRE_S)
        operator = phones["op-1"].expect_call(SOON_S)
        operator.expect_answered(SOON_S)
        waited = load(cabin.recording)
        phones["op-1"].expect_no_call(TALK_S)
        cabin.hangup()
        operator.expect_hangup()
        timeline.tell_until("recording_checked", FINISHED_S)
        recording = folder / "recording.wav"
        row = record.recording(number, recording, FINISHED_S)
        evidence = Evidence(
            cabin=cabin,
            guard=phones["guard-1"].expect_call(),
            maintainer=phones["13800000001"].expect_call(),
            passenger_heard=waited,
            nodes=timeline.nodes(),
            recording=recording,
            row=row,
        )
        found = list(verdicts(evidence, operator))
    record.close_as_test(number)
    exported = folder / "timeline.json"
    record.export(number, exported)
    proof = prove(record, number, folder)
    return Result(number, exported, recording, [*found, *proven(proof)], proof)
