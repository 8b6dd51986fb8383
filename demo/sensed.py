"""Plays the second act: a lift stops between two floors with two people inside, and nobody needs to press anything."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from demo.promises import (
    LONGEST_SILENCE_S,
    Evidence,
    Verdict,
    both_ways,
    on_record_once,
    recorded,
    side_by_side,
    unpressed,
)
from demo.record import Node, Record
from demo.scene import MAINTAINER_HZ, PASSENGER_HZ, SENSED, phones_on
from liftline.gateway import Client, Outbox, event
from phones.measure import load, longest_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liftline.settings import Settings

STOPS_BETWEEN_FLOORS: Final[tuple[tuple[float, dict[str, Any]], ...]] = (
    (30, {"moving": False, "in_door_zone": True, "door": "closed", "people": False, "floor": 7, "mode": "normal"}),
    (26, {"door": "open"}),
    (24, {"people": True, "people_count": 2}),
    (14, {"door": "closed"}),
    (11, {"moving": True, "direction": "down"}),
    (9, {"in_door_zone": False, "floor": 6}),
    (0, {"moving": False, "direction": "stopped"}),
)
"""Seconds before the stop, and what the gateway tells: two people get in, the lift sets off and stops on the way."""
FREED: Final[dict[str, Any]] = {"in_door_zone": True, "door": "open", "people": False, "people_count": 0}
SEEN_S: Final = 60.0
TAKEN_S: Final = 45.0
TALK_S: Final = 4.0
SOON_S: Final = 10.0
FINISHED_S: Final = 40.0
ONCE: Final = ("entrapment_detected", "automatic_call", "leg_accepted", "call_ended", "recording_finished")


@dataclass(frozen=True)
class Sensed:
    """What is left of the second act."""

    number: str
    timeline: Path
    recording: Path
    verdicts: list[Verdict]
    proof: None = None


def play(settings: Settings, folder: Path, tell: Callable[[datetime, Node], None]) -> Sensed:
    """Play it and leave everything below `folder`; `tell` gets the moment of the stop and each node as it comes.

    Raises `SceneError`, `phones.errors.PhoneError`, `httpx.HTTPError`, `liftline.gateway.RefusedError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(settings)
    code = record.lift_with_cabin("cabin-1")
    with phones_on(settings, folder / "heard", SENSED) as phones, _gateway(record, code) as send:
        stopped = datetime.now(UTC)
        for ago, data in STOPS_BETWEEN_FLOORS:
            send(data, stopped - timedelta(seconds=ago))
        number = record.open_incident(code, SEEN_S)
        nodes: list[Node] = []
        for node in record.follow(number, stopped, "leg_accepted", TAKEN_S):
            nodes.append(node)
            tell(stopped, node)
        cabin, guard = phones["cabin-1"].expect_call(SOON_S), phones["guard-1"].expect_call(SOON_S)
        maintainer = phones["13800000001"].expect_call(SOON_S)
        waited = load(cabin.recording)
        phones["op-1"].expect_no_call(TALK_S)
        send(FREED, datetime.now(UTC))
        maintainer.hangup()
        cabin.hangup()
        told = {node.id for node in nodes}
        for node in record.follow(number, stopped, "recording_checked", FINISHED_S):
            if node.id not in told:
                tell(stopped, node)
        timeline, recording = folder / "timeline-sensed.json", folder / "recording-sensed.wav"
        row = record.recording(number, recording, FINISHED_S)
        nodes = [node for node in record.nodes(number) if node.at >= stopped]
        evidence = Evidence(cabin, guard, maintainer, waited, nodes, recording, row)
        gap = longest_gap(waited)
        found = [
            unpressed(nodes, stopped),
            side_by_side(evidence),
            Verdict("等待中不静音 · no silence above 2 s while waiting", gap <= LONGEST_SILENCE_S, f"{gap:.2f} s"),
            *both_ways("维保 · the maintainer", cabin, PASSENGER_HZ, maintainer, MAINTAINER_HZ),
            on_record_once(nodes, ONCE),
            *recorded(evidence, MAINTAINER_HZ, "录音完整 · recorded from the first call to hang-up"),
        ]
    record.close_as_test(number)
    record.export(number, timeline)
    return Sensed(number, timeline, recording, found)


@contextmanager
def _gateway(record: Record, code: str) -> Iterator[Callable[[dict[str, Any], datetime], None]]:
    """Be the lift's gateway, with a key that is void afterwards; gives a function that sends what a sensor tells."""
    with (
        record.gateway_key(code) as (url, key),
        tempfile.TemporaryDirectory() as folder,
        Outbox(Path(folder) / "outbox.db") as outbox,
        Client(url, key, outbox, verify=record.tls, patience_s=SOON_S) as client,
    ):

        def send(data: dict[str, Any], at: datetime) -> None:
            outbox.put(event(device_code=code, kind="car_state", data=data, at=at))
            client.flush()

        yield send
