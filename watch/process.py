"""The process `liftline run sensing`: takes events from the broker, follows all of them, judges who is silent.

None of it is between a press and the first human voice. Its parts are threads, for their work is SQL: the follower, one
that waits for Redis to wake it, and the consumer of MQTT with an event loop of its own. A part that fails is started
again.
"""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from liftline.secrets import SecretMissingError
from store.models import Device, Lift
from store.repositories.live import newest_id
from store.session import make_engine, read_scope, session_scope
from watch import picture
from watch.follower import Follower
from watch.published import Published
from watch.retention import AT_ONCE, trim
from watch.tracks import Tracks

if TYPE_CHECKING:
    from collections.abc import Callable

    from intake.mqtt.consumer import Consumer
    from liftline.settings import Settings
    from watch.follower import Done

log = structlog.get_logger(__name__)

POLL_S: Final = 0.2
"""How often the database is asked when nobody wakes us, and for lifts whose time has come."""
LEAST_PAUSE_S: Final = 0.03
RESTART_S: Final = 1.0
REPORT_EVERY_S: Final = 5.0
LOOK_EVERY_S: Final = 5.0
"""A step is made so often all the same, to know whether every way in listens."""
COUNT_EVERY_S: Final = 30.0
TRIM_EVERY_S: Final = 60.0
_STOP_S: Final = 10.0
_SHOWN_AT_ONCE: Final = 2000


class Watch:
    """All parts, wired.

    Args:
        settings: of the instance.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._wake = threading.Event()
        self.engine = make_engine(settings.database_url)
        self.published = Published(_redis_url(settings))
        ways = ("http", "mqtt") if settings.mqtt else ("http",)
        self.follower = Follower(self.engine, Tracks(), settings.device_interval_s, ways)
        self._consumer: Consumer | None = None
        self._counted: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._state: dict[str, Any] = {"events": 0, "verdicts": 0, "judging": False, "position": 0, "problem": ""}

    def run(self) -> None:
        """Run until `end` is called."""
        threads = [
            threading.Thread(target=self._keep, args=(name, part), name=name, daemon=True)
            for name, part in self._parts().items()
        ]
        for thread in threads:
            thread.start()
        log.info("watch_up")
        self._stop.wait()
        for thread in threads:
            thread.join(_STOP_S)
        self.published.close()
        self.engine.dispose()
        log.info("watch_down")

    def end(self, *_signal: object) -> None:
        """Stop all parts."""
        self._stop.set()
        self._wake.set()

    def _parts(self) -> dict[str, Callable[[], None]]:
        parts: dict[str, Callable[[], None]] = {
            "follower": self._follow,
            "wakeup": lambda: self.published.follow(self._wake.set, self._stop),
            "keeper": self._housekeep,
        }
        if self._settings.mqtt:
            from intake.mqtt.consumer import Consumer  # noqa: PLC0415 - only where there is a broker

            self._consumer = consumer = Consumer(self._settings, self.engine, self._wake.set)
            parts["mqtt"] = lambda: consumer.run(self._stop)
        return parts

    def _keep(self, name: str, part: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                part()
            except Exception:
                log.exception("part_failed", part=name)
            self._stop.wait(RESTART_S)

    def _follow(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                now = datetime.now(UTC)
                if self.follower.idle(now) and not self._due("look", LOOK_EVERY_S):
                    self._wake.wait(POLL_S)
                    self._wake.clear()
                    continue
                done = self.follower.step(now)
            except (SQLAlchemyError, OSError) as error:
                self._state["problem"] = f"{type(error).__name__}: {error}"[:200]
                log.warning("events_not_followed", error=self._state["problem"])
                self._stop.wait(RESTART_S)
                continue
            self._took(done)
            # Behind, it works half the time at most: SQLite has one writer, and those who take events in come first.
            if done.more:
                self._stop.wait(max(LEAST_PAUSE_S, time.monotonic() - began))
            else:
                self._wake.wait(POLL_S)
                self._wake.clear()

    def _took(self, done: Done) -> None:
        self._state["problem"] = ""
        self._state["judging"] = done.judging
        self._state["position"] = done.newest
        self._state["events"] += done.events
        self._state["verdicts"] += done.verdicts
        self.published.live(done.pictures)
        if done.pictures or done.verdicts:
            with read_scope(self.engine) as session:
                self.published.wake(newest_id(session))

    def _housekeep(self) -> None:
        """Report, show everything to a Redis that has forgotten, and drop raw events that have had their time."""
        while not self._stop.is_set():
            try:
                if self._due("trim", TRIM_EVERY_S):
                    self._trim()
                if self._due("count", COUNT_EVERY_S):
                    self._counted = count(self.engine, self.published)
                if not self.published.complete:
                    self._show_all()
            except SQLAlchemyError as error:
                log.warning("housekeeping_failed", error=type(error).__name__)
            self._report()
            self._stop.wait(REPORT_EVERY_S)

    def _trim(self) -> None:
        done = AT_ONCE
        while done >= AT_ONCE and not self._stop.is_set():
            with session_scope(self.engine) as session:
                done = trim(session, self._settings, datetime.now(UTC))

    def _due(self, what: str, every_s: float) -> bool:
        if time.monotonic() - self._last.get(what, float("-inf")) < every_s:
            return False
        self._last[what] = time.monotonic()
        return True

    def _show_all(self) -> None:
        self.published.complete = True
        last = 0
        while not self._stop.is_set():
            query = select(Device, Lift.device_code).join(Lift, Lift.id == Device.lift_id)
            query = query.where(Device.lift_id > last).order_by(Device.lift_id).limit(_SHOWN_AT_ONCE)
            with read_scope(self.engine) as session:
                rows = session.execute(query).all()
                shown = {code: picture.shown(device.live) | picture.link(device) for device, code in rows}
            if not rows or not self.published.live(shown):
                return
            last = rows[-1][0].lift_id

    def _report(self) -> None:
        ok = not self._state["problem"] and bool(self._state["judging"])
        report: dict[str, Any] = {"at": time.time(), "ok": ok, **self._state}
        numbers = {"events_followed": float(self._state["events"]), "verdicts": float(self._state["verdicts"])}
        if self._consumer is not None:
            report["broker"] = self._consumer.connected
            numbers |= {f"mqtt_{verdict}": float(count) for verdict, count in self._consumer.counts.items()}
        self.published.health(report, numbers | self._counted)


def count(engine: Any, published: Published) -> dict[str, float]:  # noqa: ANN401 - an engine
    """Count devices on and off line, and those that send data but whose cabin phone cannot be called."""
    with read_scope(engine) as session:
        rows = session.execute(select(Device.online, func.count()).group_by(Device.online)).all()
        found = {f"devices_{'online' if online else 'offline'}": float(number) for online, number in rows}
        cabins = published.cabins()
        if cabins is not None:
            sending = session.scalars(
                select(Lift.cabin_address).join(Device, Device.lift_id == Lift.id).where(Device.online, Lift.active)
            )
            found["devices_not_callable"] = float(sum(not cabins.get(account, False) for account in sending))
    return {"devices_online": 0.0, "devices_offline": 0.0, **found}


def _redis_url(settings: Settings) -> str | None:
    try:
        return settings.redis_url
    except SecretMissingError:
        return None


def main(settings: Settings) -> None:
    """Run the process; returns after SIGTERM or SIGINT."""
    watch = Watch(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, watch.end)
    watch.run()
