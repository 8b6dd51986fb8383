"""Plays the scene: a press, fifteen seconds at the guard, fifteen at the maintainer, and the centre answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from demo.promises import Evidence, Verdict, proven, verdicts
from demo.proof import Proof, prove
from demo.record import Node, Record
from demo.scene import PASSENGER_HZ, phones_on
from phones.measure import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from liftline.settings import Settings

TALK_S: Final = 5.0
TO_CENTRE_S: Final = 60.0
SOON_S: Final = 5.0
FINISHED_S: Final = 30.0


@dataclass(frozen=True)
class Result:
    """What is left of the demo: the files, and whether each promise was kept."""

    number: str
    timeline: Path
    recording: Path
    proof: Proof
    verdicts: list[Verdict]


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
        nodes: list[Node] = []
        for node in record.follow(number, pressed, "leg_accepted", TO_CENTRE_S):
            nodes.append(node)
            tell(pressed, node)
        operator = phones["op-1"].expect_call(SOON_S)
        operator.expect_answered(SOON_S)
        waited = load(cabin.recording)
        phones["op-1"].expect_no_call(TALK_S)
        cabin.hangup()
        operator.expect_hangup()
        told = {node.id for node in nodes}
        for node in record.follow(number, pressed, "recording_checked", FINISHED_S):
            if node.id not in told:
                tell(pressed, node)
        timeline, recording = folder / "timeline.json", folder / "recording.wav"
        row = record.recording(number, recording, FINISHED_S)
        evidence = Evidence(
            cabin=cabin,
            guard=phones["guard-1"].expect_call(),
            maintainer=phones["13800000001"].expect_call(),
            passenger_heard=waited,
            nodes=[node for node in record.nodes(number) if node.at >= pressed],
            recording=recording,
            row=row,
        )
        found = list(verdicts(evidence, operator))
    record.close_as_test(number)
    record.export(number, timeline)
    proof = prove(record, number, folder)
    return Result(number, timeline, recording, proof, [*found, *proven(proof)])
