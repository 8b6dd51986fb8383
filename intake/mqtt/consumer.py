"""Takes in events from the broker, and answers each message with its verdicts.

A message is acknowledged to the broker (PUBACK) only when its events are safe and its verdicts are sent: what is lost
on the way is delivered again, and found to be stored already. The broker has a bounded number of messages on the way
that are not acknowledged (`RECEIVE_MAXIMUM`), so what waits here is bounded too; the rest waits in the broker, and what
its own bound turns away gets no verdict, so that its gateway sends it again.

Acknowledgements go out in the order in which the messages came, as MQTT demands; storing goes side by side.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import aiomqtt
import orjson
import stamina
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from sqlalchemy.exc import SQLAlchemyError

from intake.accepting import Announcer, BusyError, Writer
from intake.accepting.verdicts import Verdict, answer
from intake.beat import Beat
from intake.mqtt.accounts import OWN, accounts, keep, reload
from intake.mqtt.message import Desk
from intake.mqtt.topics import SHARED, device_of, may_answer
from liftline.secrets import SecretMissingError, SecretName, read_secret
from store.session import read_scope

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from sqlalchemy import Engine

    from liftline.settings import Settings

log = structlog.get_logger(__name__)

RECEIVE_MAXIMUM: Final = 200
"""Messages that the broker may have on the way to us."""
SESSION_S: Final = 86_400
"""The broker keeps what comes for us so long while we are away."""
WORKERS: Final = 8
ACCOUNTS_EVERY_S: Final = 2.0
RETRY_S: Final = 2.0
_ANSWER_TIMEOUT_S: Final = 10.0
_POLL_S: Final = 0.2


class Consumer:
    """The way in through MQTT.

    Args:
        settings: of the instance.
        engine: of the store.
        wake: called after each commit, to wake who follows events.
    """

    def __init__(self, settings: Settings, engine: Engine, wake: Callable[[], object]) -> None:
        self._settings = settings
        self._engine = engine
        self._announcer = Announcer(_redis_url(settings))
        self._writer = Writer(engine, self._stored)
        self._desk = Desk(engine, self._writer)
        self._wake = wake
        self.connected = False
        self.counts: Counter[str] = Counter()
        """Verdicts so far."""

    def run(self, stop: threading.Event) -> None:
        """Take in events until `stop` is set."""
        beat = Beat(self._engine, "mqtt", lambda: self.connected)
        self._announcer.start()
        self._writer.start()
        beat.start()
        try:
            asyncio.run(self._run(stop))
        finally:
            self.connected = False
            beat.stop()
            self._writer.stop()
            self._announcer.stop()

    def _stored(self, rows: Any, newest: int) -> None:  # noqa: ANN401 - rows, as the writer gives them
        self._announcer.note(rows, newest)
        self._wake()

    async def _run(self, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="mqtt"))
        tasks = [asyncio.create_task(self._consume()), asyncio.create_task(self._keep_accounts())]
        try:
            while not stop.is_set():  # noqa: ASYNC110 - a thread's event
                await asyncio.sleep(_POLL_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # ---- accounts

    async def _keep_accounts(self) -> None:
        while True:
            try:
                if await asyncio.to_thread(self._sync_accounts):
                    log.info("mqtt_accounts_changed")
            except (SQLAlchemyError, OSError) as error:
                log.warning("mqtt_accounts_not_kept", error=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(ACCOUNTS_EVERY_S)

    def _sync_accounts(self) -> bool:
        with read_scope(self._engine) as session:
            passwords, acl = accounts(session, self._settings, datetime.now(UTC))
        changed = keep(self._settings, passwords, acl)
        if changed:
            reload(self._settings)
        return changed

    # ---- messages

    async def _consume(self) -> None:
        while True:
            try:
                await self._session()
            except (aiomqtt.MqttError, OSError, SecretMissingError) as error:
                log.warning("broker_unreachable", error=f"{type(error).__name__}: {error}"[:200])
            except Exception:
                log.exception("mqtt_session_failed")
            finally:
                self.connected = False
            await asyncio.sleep(RETRY_S)

    async def _session(self) -> None:
        client = _client(self._settings)
        async with client:
            await client.subscribe(SHARED, qos=1)
            self.connected = True
            log.info("broker_connected", port=self._settings.mqtt_port)
            waiting: asyncio.Queue[tuple[aiomqtt.Message, asyncio.Task[list[Verdict]]]] = asyncio.Queue()
            settling = asyncio.create_task(self._settle(client, waiting))
            receiving = asyncio.create_task(self._receive(client, waiting))
            try:
                done, _ = await asyncio.wait({settling, receiving}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                settling.cancel()
                receiving.cancel()
                await asyncio.gather(settling, receiving, return_exceptions=True)
                while not waiting.empty():
                    waiting.get_nowait()[1].cancel()

    async def _receive(self, client: aiomqtt.Client, waiting: asyncio.Queue[Any]) -> None:
        async for message in client.messages:
            waiting.put_nowait((message, asyncio.create_task(self._take(message))))

    async def _take(self, message: aiomqtt.Message) -> list[Verdict]:
        code = device_of(str(message.topic))
        if code is None:
            return []
        received_at = datetime.now(UTC)
        body = bytes(message.payload)
        given = _user_properties(message).get("gateway")
        async for attempt in stamina.retry_context(
            on=(BusyError, SQLAlchemyError, TimeoutError, OSError), attempts=None, timeout=None, wait_max=5.0
        ):
            with attempt:
                return await asyncio.to_thread(self._desk.take, code, body, given, received_at)
        raise AssertionError("unreachable")

    async def _settle(self, client: aiomqtt.Client, waiting: asyncio.Queue[Any]) -> None:
        while True:
            message, task = await waiting.get()
            verdicts = await task
            self.counts.update(str(verdict.reason or verdict.outcome) for verdict in verdicts)
            await _answer(client, message, verdicts)
            # aiomqtt acknowledges by itself, or not at all; its paho client does it when told.
            client._client.ack(message.mid, message.qos)  # noqa: SLF001


async def _answer(client: aiomqtt.Client, message: aiomqtt.Message, verdicts: list[Verdict]) -> None:
    asked = message.properties
    topic = getattr(asked, "ResponseTopic", None)
    code = device_of(str(message.topic))
    if topic is None or code is None or not may_answer(topic, code):
        return
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if (correlation := getattr(asked, "CorrelationData", None)) is not None:
        properties.CorrelationData = correlation
    properties.ContentType = "application/json"
    payload = orjson.dumps(answer(verdicts))
    with contextlib.suppress(ValueError):
        await client.publish(topic, payload, qos=0, properties=properties, timeout=_ANSWER_TIMEOUT_S)


def _client(settings: Settings) -> aiomqtt.Client:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = RECEIVE_MAXIMUM
    client = aiomqtt.Client(
        settings.mqtt_host,
        settings.mqtt_port,
        username=OWN,
        password=read_secret(settings.secrets_dir, SecretName.MQTT),
        identifier=f"liftline-{settings.node}",
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=properties,
        timeout=_ANSWER_TIMEOUT_S,
        tls_context=_tls(settings),
    )
    client._client.manual_ack_set(on=True)  # noqa: SLF001 - aiomqtt has no word for it
    return client


def _tls(settings: Settings) -> Any:  # noqa: ANN401 - an SSLContext, whose module is only loaded where needed
    if not settings.mqtt_tls:
        return None
    import ssl  # noqa: PLC0415

    context = ssl.create_default_context()
    # The broker is this machine's own, with the instance's own certificate.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _user_properties(message: aiomqtt.Message) -> dict[str, str]:
    return dict(getattr(message.properties, "UserProperty", None) or [])


def _redis_url(settings: Settings) -> str | None:
    try:
        return settings.redis_url
    except SecretMissingError:
        return None
