"""The runs: raw writing, HTTP, MQTT, and 100,000 devices."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from sqlalchemy import func, select
from sqlalchemy import insert as insert_rows

from bench.intake.ground import batches, encoded, running
from intake.accepting.rows import Row, insert
from intake.accepting.writer import Writer
from intake.beat import beat
from store.models import Device, DeviceChange, GatewayEvent
from store.session import read_scope, session_scope
from watch.follower import Follower
from watch.tracks import Tracks

if TYPE_CHECKING:
    from bench.intake.ground import Ground

SENDERS = 8
RAW_TOGETHER = 1000
"""Rows of one raw transaction: what a program could do that had nothing else to do."""


def raw(ground: Ground, count: int) -> float:
    """Write the same rows to the same store, one durable transaction after the other; return rows a second."""
    now = round(datetime.now(UTC).timestamp() * 1000)
    data = orjson.dumps({"floor": 7, "direction": "up", "moving": True, "door": "closed", "people": False}).decode()
    rows = [
        Row(ground.gateway_id, f"raw-{n}", ground.lifts[n % len(ground.lifts)], "car_state", now, now, n, data, "")
        for n in range(count)
    ]
    began = time.perf_counter()
    for start in range(0, count, RAW_TOGETHER):
        with ground.engine.begin() as connection:
            insert(connection, rows[start : start + RAW_TOGETHER])
    return count / (time.perf_counter() - began)


def rest(ground: Ground, count: int) -> dict[str, Any]:
    """Send batches of 100 over HTTP from several senders; return what was found."""
    bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for batch in batches(ground, "rest", count):
        bodies.put(encoded(batch))
    waits: list[float] = []

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ground.settings.http_port, timeout=60)
        headers = {"Authorization": f"Bearer {ground.key}", "Content-Type": "application/json"}
        while True:
            try:
                body = bodies.get_nowait()
            except queue.Empty:
                return
            sent = time.perf_counter()
            connection.request("POST", "/api/v1/gateway/events", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != http.HTTPStatus.ACCEPTED:
                raise RuntimeError(f"{answer.status} {text[:200]!r}")
            waits.append(time.perf_counter() - sent)

    with running(ground, "redis", "api"):
        seconds = _side_by_side(send)
    return _found(ground, "rest", count * 100, seconds, waits)


def mqtt(ground: Ground, count: int) -> dict[str, Any]:
    """Publish messages of 100 events over MQTT and wait for every verdict; return what was found."""
    waits: list[float] = []
    with running(ground, "redis", "mosquitto", "sensing"):
        deadline = time.monotonic() + 30
        while ground.prefix not in (ground.settings.mosquitto_dir / "passwords").read_text(encoding="utf-8"):
            if time.monotonic() > deadline:
                raise TimeoutError("the broker never learned the gateway's key")
            time.sleep(0.1)
        time.sleep(1)  # for its reload
        sender = _Sender(ground, count, waits)
        seconds = sender.run()
    return _found(ground, "mqtt", count * 100, seconds, waits)


class _Sender:
    """Publishes, with a bounded number of messages on the way, and counts answers."""

    def __init__(self, ground: Ground, count: int, waits: list[float]) -> None:
        self._messages = [(one[0]["device_code"], encoded(one)) for one in batches(ground, "mqtt", count, by_lift=True)]
        self._sent: dict[bytes, float] = {}
        self._waits = waits
        self._room = threading.Semaphore(64)
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench", protocol=paho.MQTTv5)
        self._client.username_pw_set(ground.prefix, ground.key)
        self._client.max_inflight_messages_set(64)
        self._client.on_connect = lambda client, *_: client.subscribe("liftline/+/verdicts/bench")
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._answered
        self._client.connect("127.0.0.1", ground.settings.mqtt_port)

    def run(self) -> float:
        self._client.loop_start()
        if not self._ready.wait(20):
            raise TimeoutError("the broker does not let the gateway in")
        began = time.perf_counter()
        for number, (code, body) in enumerate(self._messages):
            self._room.acquire(timeout=60)
            properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.CorrelationData = number.to_bytes(4, "big")
            properties.ResponseTopic = f"liftline/{code}/verdicts/bench"
            self._sent[properties.CorrelationData] = time.perf_counter()
            self._client.publish(f"liftline/{code}/events", body, qos=1, properties=properties)
        deadline = time.monotonic() + 60
        while len(self._waits) < len(self._messages) and time.monotonic() < deadline:
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        self._client.loop_stop()
        return seconds

    def _answered(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        sent = self._sent.pop(message.properties.CorrelationData, None)  # type: ignore[union-attr]
        if sent is not None:
            self._waits.append(time.perf_counter() - sent)
            self._room.release()


def watching(ground: Ground, silent: int) -> dict[str, Any]:
    """Let every lift send a heartbeat each 60 s, on a clock of our own; then let some fall silent.

    Time is compressed honestly: a minute of the devices' time is a minute's work, and how long that takes here is part
    of what is returned. It must be less than a minute.
    """
    writer = Writer(ground.engine, lambda _rows, _newest: None)
    writer.start()
    follower = Follower(ground.engine, Tracks(), 120)
    now = datetime.now(UTC)
    total, work = len(ground.lifts), []
    _known(ground, now)
    for minute in range(2):
        began = time.perf_counter()
        for second in range(60):
            now += timedelta(seconds=1)
            if second % 5 == 0:
                beat(ground.engine, "intake.http", now)
            heard = range(second * total // 60, (second + 1) * total // 60)
            rows = [_heartbeat(ground, minute, n, now) for n in heard if minute < 1 or n >= silent]
            if rows:
                writer.submit(rows).result(60)
            while follower.step(now).more:
                pass
        work.append(time.perf_counter() - began)
    for _ in range(60):
        now += timedelta(seconds=1)
        beat(ground.engine, "intake.http", now)
        # The others go on; only the silent ones are looked at here.
        follower.step(now)
        if _offline(ground) >= silent:
            break
    writer.stop()
    return {"devices": total, "work_s_per_minute": [round(one, 1) for one in work], **_silence(ground, silent)}


def _known(ground: Ground, now: datetime) -> None:
    """All devices were heard a moment ago."""
    rows = [
        {
            "lift_id": lift,
            "online": True,
            "since": now,
            "seen_at": now,
            "due_at": now + timedelta(seconds=120),
            "live": {},
        }
        for lift in ground.lifts
    ]
    with session_scope(ground.engine) as session:
        session.execute(insert_rows(Device), [row | {"track_position": 0} for row in rows])


def _heartbeat(ground: Ground, minute: int, number: int, now: datetime) -> Row:
    ms = round(now.timestamp() * 1000)
    data = '{"interval_s":60}'
    return Row(ground.gateway_id, f"hb-{minute}-{number}", ground.lifts[number], "heartbeat", ms, ms, None, data, "")


def _offline(ground: Ground) -> int:
    with read_scope(ground.engine) as session:
        return session.scalar(select(func.count()).select_from(Device).where(~Device.online)) or 0


def _silence(ground: Ground, silent: int) -> dict[str, Any]:
    wanted = ground.lifts[:silent]
    with read_scope(ground.engine) as session:
        query = select(DeviceChange.lift_id, DeviceChange.at, DeviceChange.noticed_at)
        rows = session.execute(
            query.where(DeviceChange.link == "offline", DeviceChange.noticed_at > DeviceChange.at)
        ).all()
    after = sorted((noticed - at).total_seconds() for lift, at, noticed in rows if lift in set(wanted))
    others = sum(lift not in set(wanted) for lift, _, _ in rows)
    return {
        "silent": silent,
        "found": len(after),
        "found_wrongly": others,
        "noticed_after_s": [after[0], after[-1]] if after else [],
    }


def _side_by_side(work: Any) -> float:  # noqa: ANN401 - a function
    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _found(ground: Ground, prefix: str, events: int, seconds: float, waits: list[float]) -> dict[str, Any]:
    with read_scope(ground.engine) as session:
        query = select(func.count()).select_from(GatewayEvent).where(GatewayEvent.event_id.startswith(f"{prefix}-"))
        stored = session.scalar(query)
    ordered = sorted(waits)
    return {
        "events": events,
        "stored": stored,
        "seconds": round(seconds, 2),
        "events_per_s": round(events / seconds),
        "answer_ms_p50": round(ordered[len(ordered) // 2] * 1000, 1),
        "answer_ms_p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }
