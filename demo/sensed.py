"""Plays the second act: a lift stops between two floors with two people inside, and nobody needs to press anything."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from demo.promises import Evidence, sensed_verdicts
from demo.record import Record, Timeline
from demo.result import Result
from demo.scene import SENSED, phones_on
from liftline.gateway import Client, Outbox, event
from phones.measure import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.record import Node
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


def play(settings: Settings, folder: Path, tell: Callable[[datetime, Node], None]) -> Result:
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
        timeline = Timeline(record, number, stopped, tell)
        timeline.tell_until("leg_accepted", TAKEN_S)
        cabin, guard = phones["cabin-1"].expect_call(SOON_S), phones["guard-1"].expect_call(SOON_S)
        maintainer = phones["13800000001"].expect_call(SOON_S)
        waited = load(cabin.recording)
        phones["op-1"].expect_no_call(TALK_S)
        send(FREED, datetime.now(UTC))
        maintainer.hangup()
        cabin.hangup()
        timeline.tell_until("recording_checked", FINISHED_S)
        recording = folder / "recording.wav"
        row = record.recording(number, recording, FINISHED_S)
        evidence = Evidence(
            cabin=cabin,
            guard=guard,
            maintainer=maintainer,
            passenger_heard=waited,
            nodes=timeline.nodes(),
            recording=recording,
            row=row,
        )
        found = list(sensed_verdicts(evidence, stopped))
    record.close_as_test(number)
    exported = folder / "timeline.json"
    record.export(number, exported)
    return Result(number, exported, recording, found)


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
