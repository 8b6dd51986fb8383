"""A real Mosquitto, our consumer in this process, and gateways that speak MQTT 5."""

from __future__ import annotations

import json
import queue
import socket
import subprocess
import threading
import uuid
from typing import TYPE_CHECKING, Any

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from intake.mqtt.consumer import Consumer
from liftline.runtime.programs import mosquitto_command
from liftline.secrets import ensure_secrets
from liftline.settings import Settings
from liftline.supervision.mosquitto_config import write_mosquitto_config
from tests.kit.ports import free_port
from tests.kit.until import until

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


class Broker:
    """Mosquitto with the configuration of an instance."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, mqtt_port=free_port(), redis_url="redis://127.0.0.1:1/0")
        ensure_secrets(self.settings.secrets_dir)
        self.process: subprocess.Popen[bytes] | None = None
        self.config = write_mosquitto_config(self.settings)

    def start(self) -> None:
        command = mosquitto_command(["-c", str(self.config)])
        with (self.settings.home / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log)
        until(self.answers, 20, "the broker answers")

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.settings.mqtt_port)) == 0

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


class Taking:
    """Our consumer, running."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.stop = threading.Event()
        self.consumer = Consumer(settings, engine, lambda: None)
        self.thread = threading.Thread(target=self.consumer.run, args=(self.stop,), daemon=True)

    def start(self) -> None:
        self.thread.start()
        self.wait()

    def wait(self) -> None:
        until(lambda: self.consumer.connected, 20, "the consumer is connected")

    def end(self) -> None:
        self.stop.set()
        self.thread.join(20)


class Gateway:
    """A gateway of another maker: paho, MQTT 5, its answers by correlation data."""

    def __init__(self, port: int, user: str, password: str, device_code: str) -> None:
        self.device_code = device_code
        self.answers: queue.Queue[tuple[bytes, dict[str, Any]]] = queue.Queue()
        self.reasons: list[str] = []
        self.granted = threading.Event()
        self.lost = threading.Event()
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id=f"test-{uuid.uuid4().hex[:8]}", protocol=paho.MQTTv5
        )
        self.client.username_pw_set(user, password)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.lost.set()
        self.client.on_subscribe = lambda *_: self.granted.set()
        self.client.on_message = self._on_message
        self.client.on_publish = lambda _c, _u, _mid, reason, _p: self.reasons.append(str(reason))
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    @property
    def topic(self) -> str:
        return f"liftline/{self.device_code}/events"

    @property
    def reply(self) -> str:
        return f"liftline/{self.device_code}/verdicts/test"

    def _on_connect(self, client: paho.Client, *_: Any) -> None:
        client.subscribe(self.reply, qos=1)

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        correlation = getattr(message.properties, "CorrelationData", b"")
        self.answers.put((correlation, json.loads(message.payload)))

    def publish(
        self, *events: Any, topic: str = "", reply: str = "", name: str = "", body: bytes | None = None
    ) -> bytes:
        """Publish; return the correlation data."""
        properties = Properties(PacketTypes.PUBLISH)
        correlation = uuid.uuid4().bytes
        properties.CorrelationData = correlation
        properties.ResponseTopic = reply or self.reply
        if name:
            properties.UserProperty = ("gateway", name)
        payload = json.dumps(events).encode() if body is None else body
        self.client.publish(topic or self.topic, payload, qos=1, properties=properties)
        return correlation

    def answer(self, correlation: bytes, within: float = 20) -> dict[str, Any]:
        """Wait for the answer to one message."""
        while True:
            found, document = self.answers.get(timeout=within)
            if found == correlation:
                return document

    def close(self) -> None:
        self.client.loop_stop()
        self.client.disconnect()
