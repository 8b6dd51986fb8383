"""What sensors tell reaches the record, whatever dies on the way: a whole instance, real processes, SIGKILL."""

from __future__ import annotations

import itertools
import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.kit.until import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.instance import Instance

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.timeout(240)]

TRAPPED: list[tuple[float, dict[str, Any]]] = [
    (30, {"moving": False, "in_door_zone": True, "door": "closed", "people": False}),
    (26, {"door": "open"}),
    (24, {"people": True}),
    (14, {"door": "closed"}),
    (11, {"moving": True}),
    (9, {"in_door_zone": False}),
    (0, {"moving": False}),
]
"""Somebody gets in, the lift sets off and stops between two floors: seconds ago, and what is told."""
_LIFTS = itertools.count(900_001)
"""Rescue numbers that no other scenario uses."""


class Site:
    """A gateway of one of the sample's lifts."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        number = next(_LIFTS)
        self.code = f"3113{number:08d}"
        body = {
            "device_code": self.code,
            "registration_no": f"梯11冀S{number:06d}",
            "rescue_no": f"{number:06d}",
            "name": f"传感器小区 {number} 号梯",
            "cabin": {"kind": "sip"},
        }
        instance.post("/lifts", body)
        name = f"gw-{uuid.uuid4().hex[:8]}"
        body = {"name": "网关", "role": "gateway", "gateway": name, "lifts": [self.code]}
        self.key = instance.post("/api-keys", body)
        self.name = name
        headers = {"Authorization": f"Bearer {self.key['key']}"}
        self.http = httpx.Client(base_url=str(instance.api.base_url), headers=headers, timeout=20)

    def event(self, ago: float = 0, **data: Any) -> dict[str, Any]:
        return {
            "event_id": uuid.uuid4().hex,
            "device_code": self.code,
            "kind": "car_state" if data else "heartbeat",
            "occurred_at": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(),
            "data": data,
        }

    def send(self, *events: dict[str, Any]) -> list[str]:
        answer = self.http.post("/gateway/events", json=events)
        assert answer.status_code == 202, answer.text
        return [one["verdict"] for one in answer.json()["verdicts"]]

    def open_incidents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.instance.get("/incidents", lift=self.code, open=True)["items"]
        return found

    def nodes(self, kind: str) -> list[dict[str, Any]]:
        (incident,) = self.open_incidents()
        detail = self.instance.get(f"/incidents/{incident['number']}")
        return [node for node in detail["nodes"] if node["kind"] == kind]


@pytest.fixture
def site(instance: Instance) -> Iterator[Site]:
    one = Site(instance)
    yield one
    one.http.close()


def test_sensing_killed_between_202_and_looking_loses_nothing_and_does_nothing_twice(site: Site) -> None:
    killed = site.instance.kill("sensing")
    events = [site.event(ago, **data) for ago, data in TRAPPED]
    assert site.send(*events) == ["stored"] * len(events)  # nobody looks at them now
    site.instance.wait_restarted("sensing", killed)
    until(site.open_incidents, 90, "the entrapment is an incident")
    site.instance.kill("sensing")
    until(lambda: site.nodes("entrapment_detected"), 30, "it is in its timeline")
    state = site.instance.get(f"/lifts/{site.code}/state")
    assert state["device"]["door"] == "closed"
    assert len(site.nodes("entrapment_detected")) == 1
    # Written off: the switch stops to call people about it.
    until(lambda: site.nodes("automatic_call"), 20, "the switch has begun to call people")
    (incident,) = site.open_incidents()
    site.instance.post(f"/incidents/{incident['number']}/close", {"classification": "test"})
    detail = f"/incidents/{incident['number']}"
    until(lambda: any(call["ended_at"] for call in site.instance.get(detail)["calls"]), 20, "and has ended that")
    kinds = [node["kind"] for node in site.instance.get(detail)["nodes"]]
    assert "abandoned" not in kinds, "no passenger hung up"


def test_redis_and_the_broker_killed_under_load_lose_nothing_that_is_sent_until_answered(site: Site) -> None:
    """HTTP and MQTT side by side; each event is sent again until it has a verdict, and is stored once."""
    sent, ended = [site.event(floor=number % 20) for number in range(300)], threading.Event()
    stored: list[str] = []

    def over_http() -> None:
        for start in range(0, 150, 10):
            assert site.send(*sent[start : start + 10]) == ["stored"] * 10
            stored.extend(one["event_id"] for one in sent[start : start + 10])

    waiting = {one["event_id"]: one for one in sent[150:]}

    def answered(_client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        verdicts = json.loads(message.payload)["verdicts"]
        safe = [one["event_id"] for one in verdicts if one["verdict"] in {"stored", "duplicate"}]
        stored.extend(name for name in safe if waiting.pop(name, None))

    reply = f"liftline/{site.code}/verdicts/load"
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=site.name, protocol=paho.MQTTv5)
    client.username_pw_set(site.key["prefix"], site.key["key"])
    client.on_connect = lambda one, *_: one.subscribe(reply, qos=1)
    client.on_message = answered
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", site.instance.settings.mqtt_port)
    client.loop_start()
    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic = reply
    properties.UserProperty = ("gateway", site.name)

    def over_mqtt() -> bool:
        for one in list(waiting.values())[:50]:
            client.publish(f"liftline/{site.code}/events", json.dumps([one]), qos=1, properties=properties)
        ended.wait(1)
        return not waiting

    other = threading.Thread(target=over_http)
    other.start()
    over_mqtt()
    pids = {name: site.instance.kill(name) for name in ("redis", "mosquitto")}
    until(over_mqtt, 120, "every event over MQTT has its verdict")
    other.join(60)
    client.loop_stop()
    for name, pid in pids.items():
        site.instance.wait_restarted(name, pid)
    assert sorted(stored) == sorted(one["event_id"] for one in sent)
    assert site.send(*sent[:150]) == ["duplicate"] * 150
    assert site.send(*sent[150:]) == ["duplicate"] * 150
    until(lambda: site.instance.get(f"/lifts/{site.code}/state")["device"]["online"], 30, "its device is on line")
