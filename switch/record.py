"""The record process: `liftline run record`.

Collector and recording finisher run in threads, for their work is files and SQL; everything that talks to Asterisk
or Redis runs in one event loop. A part that fails is started again; SIGTERM and SIGINT end all parts in order. None
of it is between the button and the first human voice.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from evidence.witness.keeper import HeadKeeper
from forwarding import queue as outbox
from forwarding.platform import platform_of
from forwarding.sender import Sender
from ivr.announce_queue import AnnounceQueue
from liftline.secrets import SecretName, read_secret
from recordings.store import RecordingStore
from store.repositories.live import newest_id
from store.services import tidy
from store.session import make_engine, read_scope, session_scope
from switch.ami import AmiLink
from switch.certificates import CertificateKeeper
from switch.config import media_address_of
from switch.finisher import Finisher
from switch.guard.guard import Guard
from switch.journal.collector import Collector
from switch.logs import LogKeeper
from switch.outbound.worker import Outbound
from switch.provision.estate import read_estate, unannounced
from switch.provision.permission import Permission
from switch.provision.provisioner import Provisioner
from switch.publish import Publisher
from switch.reconcile import Reconciler
from switch.registrations import Registrations
from switch.report import components, numbers
from switch.ringing import Ringing
from switch.settings_audit import note_settings
from switch.trim import Trimmer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from liftline.settings import Settings

log = structlog.get_logger(__name__)

AMI_USER = "liftline"
LOOPBACK = "127.0.0.1"
REPORT_EVERY_S = 1.0
RESTART_S = 1.0
TIDY_EVERY_S = 86_400.0
STOP_TIMEOUT_S = 10.0


class RecordPlane:
    """All parts of the record process, wired.

    Args:
        settings: of the instance.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.engine = make_engine(settings.database_url)
        self.link = AmiLink(LOOPBACK, settings.ami_port, AMI_USER, read_secret(settings.secrets_dir, SecretName.AMI))
        self.publisher = Publisher(settings.redis_url)
        self.stop = threading.Event()
        self._stored = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.collector = Collector(
            self.engine, settings.journal_file.parent, settings.node, on_stored=self._wake_publisher
        )
        self.finisher = Finisher(self.engine, RecordingStore(settings.recordings_dir))
        self.announcements = AnnounceQueue(settings.home / "announce", self._announcement_ready)
        announce = self.announcements.submit if settings.announcements else unannounced
        self.provisioner = Provisioner(
            self.engine,
            self.link,
            read=lambda now: read_estate(self.engine, now, announce),
            media_address=media_address_of(settings),
            permission=Permission(settings.run_dir),
        )
        self.trimmer = Trimmer(self.link)
        self.ringing = Ringing(self.engine, self.link, self._wake_publisher)
        self.registrations = Registrations(self.link)
        self.certificates = CertificateKeeper(settings, self.link)
        self.reconciler = Reconciler(self.engine, self.link, settings.node, self._caught_up)
        self.logs = LogKeeper(settings.asterisk_log, self.link)
        self.evidence = HeadKeeper(self.engine, settings)
        self.guard = Guard(settings, self.engine, self.link)
        platform = platform_of(settings)
        self.sender = Sender(self.engine, platform, settings.node) if platform else None
        self.outbound = Outbound(self.engine, self.link, settings.node, self._caught_up)
        self.node = settings.node
        self.started = time.monotonic()

    def _caught_up(self) -> bool:
        state = self.collector.state
        return state.database_up and state.lag_bytes == 0

    def _wake_publisher(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._loop.call_soon_threadsafe(self._stored.set)

    def _announcement_ready(self, device_code: str, _path: object) -> None:
        log.info("announcement_ready", lift=device_code)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.provisioner.wake)

    async def run(self, ended: asyncio.Event) -> None:
        """Run all parts until `ended` is set, then stop them in order."""
        threads = [
            threading.Thread(target=self._thread, args=("collector", self.collector.run), name="collector"),
            threading.Thread(target=self._thread, args=("finisher", self.finisher.run), name="finisher"),
        ]
        for thread in threads:
            thread.start()
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "ami": self.link.run,
            "provisioner": self.provisioner.run,
            "ringing": self.ringing.run,
            "registrations": self.registrations.run,
            "reconciler": self.reconciler.run,
            "certificates": self.certificates.run,
            "outbound": self.outbound.run,
            "publisher": self._publish,
            "reporter": self._report,
            "housekeeper": self._tidy,
            "logs": self.logs.run,
            "evidence": self.evidence.run,
            "forwarder": self._forward,
            "guard": self.guard.run,
            "estate": lambda: self.publisher.follow_estate(self.provisioner.wake),
        }
        tasks = [asyncio.create_task(self._task(name, part), name=name) for name, part in parts.items()]
        log.info("record_plane_up", node=self.node)
        await ended.wait()
        self.stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.announcements.close()
        for thread in threads:
            await asyncio.to_thread(thread.join, STOP_TIMEOUT_S)
        await self.publisher.close()
        self.engine.dispose()
        log.info("record_plane_down", node=self.node)

    def _thread(self, name: str, work: Callable[[threading.Event], None]) -> None:
        while not self.stop.is_set():
            try:
                work(self.stop)
            except Exception:
                log.exception("part_failed", part=name)
                self.stop.wait(RESTART_S)

    async def _task(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                log.exception("part_failed", part=name)
                await asyncio.sleep(RESTART_S)

    async def _forward(self) -> None:
        """Send facts on to the city's platform; where none is configured, see that nothing is queued."""
        configured = self.sender is not None
        await asyncio.to_thread(outbox.configure, self.engine, datetime.now(UTC), enabled=configured)
        await (self.sender.run() if self.sender else asyncio.Event().wait())

    async def _publish(self) -> None:
        """Wake the followers of live events after each of our commits."""
        while True:
            await self._stored.wait()
            self._stored.clear()
            if self.sender:
                self.sender.wake()
            with contextlib.suppress(SQLAlchemyError):
                await self.publisher.wake(await asyncio.to_thread(self._newest))

    def _newest(self) -> int:
        with read_scope(self.engine) as session:
            return newest_id(session)

    async def _tidy(self) -> None:
        """Note changed settings once; then, once a day, drop live events and log-ins that have had their time."""
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(note_settings, self.engine, self._settings)
        while True:
            with contextlib.suppress(SQLAlchemyError):
                await asyncio.to_thread(self._tidy_now)
            await asyncio.sleep(TIDY_EVERY_S)

    def _tidy_now(self) -> None:
        with session_scope(self.engine) as session:
            tidy(session, datetime.now(UTC))

    async def _report(self) -> None:
        """Publish health, numbers and registrations every second."""
        complete = False
        while True:
            now = datetime.now(UTC)
            await self.publisher.health(components(self, now), numbers(self))
            if not self.publisher.up:
                complete = False
            changes = self.registrations.changes()
            wanted = changes if complete else self.registrations.all()
            complete = await self.publisher.registered(wanted)
            await asyncio.sleep(REPORT_EVERY_S)


async def run(settings: Settings) -> None:
    """Run the record plane until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await RecordPlane(settings).run(ended)


def main(settings: Settings) -> None:
    """Run the record process; returns after SIGTERM or SIGINT."""
    asyncio.run(run(settings))
