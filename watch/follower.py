"""Follows accepted events: one transaction takes a batch of them, all that follows, and how far it came.

What it does with each lift's events of a batch, in this order: its device is heard (`links`), its picture is brought
up to date (`picture`), detection looks (`tracks`), and what it says is written down (`facts`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from escalation.effects import LiveType
from sensing.events import Heartbeat
from store.live import About, append_live_event
from store.models import Device, GatewayEvent, Lift
from store.session import read_scope, session_scope
from watch import facts, links, picture
from watch.history import add_runs, record_link
from watch.reading import POSITION, REPLAY, Listening, keep_position, listening, position, read

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Engine

    from sensing.detection import Result
    from store.session import StoreSession
    from watch.reading import Told
    from watch.tracks import Tracks

BATCH: Final = 250
"""Events of one transaction: others who write wait for a fraction of a second."""
WAKES: Final = 200
"""Lifts looked at again in one transaction because their time has come."""
WRITES: Final = 100
"""States written down in one transaction."""
KEEP_UNWRITTEN: Final = 20_000
"""A state is written down at last when so many events came after it: what a restart folds in again."""
_SOON: Final = timedelta(minutes=10)
"""A heartbeat matters to detection only when a verdict is near: then it shows that the gateway still speaks."""


@dataclass(slots=True)
class Done:
    """What one step did."""

    events: int = 0
    """Events looked at."""
    more: bool = False
    """There are more."""
    pictures: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Device code → what is to be shown of it now."""
    verdicts: int = 0
    newest: int = 0
    judging: bool = False
    """Whether silent devices are judged: every way in listens."""


class Follower:
    """Takes one step after the other. Not to be used by two threads.

    Args:
        engine: of the store.
        tracks: detection's states.
        interval_s: longest silence of a device for which nothing else is known.
        ways: by which events come in.
    """

    def __init__(
        self, engine: Engine, tracks: Tracks, interval_s: int, ways: Collection[str] = ("http", "mqtt")
    ) -> None:
        self._engine = engine
        self._tracks = tracks
        self._interval_s = interval_s
        self._ways = ways
        self._read_from: int | None = None
        self._now = datetime.min.replace(tzinfo=UTC)

    def idle(self, now: datetime) -> bool:
        """Whether there is nothing to do: asked without taking SQLite's one turn to write.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is not available.
        """
        if self._read_from is None:
            return False
        due = or_(Device.wake_at <= now, Device.online & (Device.due_at < now))
        with read_scope(self._engine) as session:
            more = session.scalar(select(GatewayEvent.id).where(GatewayEvent.id > self._read_from).limit(1))
            return more is None and session.scalar(select(Device.lift_id).where(due).limit(1)) is None

    def step(self, now: datetime) -> Done:
        """Look at the next batch, at lifts whose time has come, and, when there is no more, at who is silent.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is not available; nothing was changed.
        """
        self._now = now
        try:
            with session_scope(self._engine) as session:
                done = self._step(session, now)
        except BaseException:
            self._tracks.rollback()
            self._read_from = None
            raise
        self._tracks.commit()
        self._read_from = done.newest
        return done

    def _step(self, session: StoreSession, now: datetime) -> Done:
        followed = position(session, POSITION)
        start = min(followed, position(session, REPLAY)) if self._read_from is None else self._read_from
        told = read(session, start, BATCH)
        listens = listening(session, now, self._ways)
        done = Done(len(told), more=len(told) == BATCH, newest=told[-1].id if told else start, judging=listens.now)
        # Behind, time is what it was when these came: what is still unread may take back what looks due by now.
        moment = told[-1].event.received_at if done.more else now
        for device, of_lift in self._by_lift(session, told):
            fresh = [one for one in of_lift if one.id > followed]
            if fresh and self._hear(session, device, fresh, listens, now):
                done.pictures[fresh[0].event.device_code] = picture.shown(device.live) | picture.link(device)
            self._detect(session, device, of_lift, moment, done)
        if done.newest >= followed:  # what a restart folds in again is complete
            self._wake(session, moment, done)
        if not done.more and listens.now:
            for lift, device in self._silent(session, listens, now):
                record_link(session, device, links.Step(online=False, at=device.seen_at or now), now)
                done.pictures[lift.device_code] = picture.shown(device.live) | picture.link(device)
        self._keep(session, max(followed, done.newest), now)
        return done

    def _by_lift(self, session: StoreSession, told: list[Told]) -> list[tuple[Device, list[Told]]]:
        grouped: dict[int, list[Told]] = defaultdict(list)
        for one in told:
            grouped[one.lift_id].append(one)
        devices = (
            {row.lift_id: row for row in session.scalars(select(Device).where(Device.lift_id.in_(grouped)))}
            if grouped
            else {}
        )
        found = []
        for lift_id, of_lift in grouped.items():
            device = devices.get(lift_id)
            if device is None:
                device = Device(lift_id=lift_id, online=False, live={}, track_position=0)
                session.add(device)
            found.append((device, of_lift))
        return found

    def _hear(
        self,
        session: StoreSession,
        device: Device,
        told: list[Told],
        listens: Listening,
        now: datetime,
    ) -> bool:
        """Take signs of life, and what they tell of the car; return whether there is anything new to show."""
        for one in told:
            if isinstance(one.event.payload, Heartbeat) and one.event.payload.interval_s is not None:
                device.told_interval_s = one.event.payload.interval_s
        device.gateway_id = told[-1].gateway_id
        silence = links.allowed(device.interval_s, device.told_interval_s, self._interval_s)
        moments = sorted(one.event.received_at for one in told)
        known = device.online if device.since is not None else None
        steps = links.heard(known, device.seen_at, moments, silence, listens.since)
        for number, line in enumerate(steps):
            over = not line.online or (number > 0 and not steps[number - 1].online)
            record_link(session, device, line, now, told=not over)
        device.seen_at = max(moments[-1], device.seen_at or moments[-1])
        device.due_at = links.due(device.seen_at, silence, listens.since)
        before, after = device.live, picture.fold(device.live, (one.event for one in told))
        if after != before:
            device.live = after
        if picture.changed(before, after):
            lift = session.get_one(Lift, device.lift_id)
            payload = {"device_code": lift.device_code, **picture.shown(after)}
            append_live_event(session, LiveType.LIFT_CHANGED, now, About(lift=lift, payload=payload))
        return bool(steps) or after != before

    def _detect(self, session: StoreSession, device: Device, told: list[Told], now: datetime, done: Done) -> None:
        near = device.wake_at is not None and device.wake_at <= now + _SOON
        if not near and all(isinstance(one.event.payload, Heartbeat) for one in told):
            return
        code = told[0].event.device_code
        before = self._tracks.runs(device, code)
        result = self._tracks.look(device, code, told, now)
        add_runs(session, device.lift_id, self._tracks.runs(device, code) - before, now)
        self._record(session, device.lift_id, result, done)

    def _record(self, session: StoreSession, lift_id: int, result: Result, done: Done) -> None:
        if result.verdicts:
            lift = session.get_one(Lift, lift_id)
            facts.record(session, lift, result.verdicts, self._now)
            payload = {"device_code": lift.device_code, "verdicts": [one.id for one in result.verdicts]}
            append_live_event(session, LiveType.LIFT_CHANGED, self._now, About(lift=lift, payload=payload))
            done.verdicts += len(result.verdicts)

    def _wake(self, session: StoreSession, now: datetime, done: Done) -> None:
        due = select(Device).where(Device.wake_at <= now).order_by(Device.wake_at).limit(WAKES)
        for device in session.scalars(due).all():
            lift = session.get_one(Lift, device.lift_id)
            self._record(session, lift.id, self._tracks.look(device, lift.device_code, [], now), done)

    def _silent(self, session: StoreSession, listens: Listening, now: datetime) -> list[tuple[Lift, Device]]:
        """Give those that were not heard for too long. Those that could not be heard get their time anew."""
        query = select(Lift, Device).join(Device, Device.lift_id == Lift.id)
        query = query.where(Device.online, Device.due_at < now).order_by(Device.due_at).limit(BATCH)
        found = []
        for lift, device in session.execute(query):
            silence = links.allowed(device.interval_s, device.told_interval_s, self._interval_s)
            device.due_at = links.due(device.seen_at or now, silence, listens.since)
            if device.due_at < now:
                found.append((lift, device))
        return found

    def _keep(self, session: StoreSession, followed: int, now: datetime) -> None:
        old = self._tracks.unwritten(followed - KEEP_UNWRITTEN, WRITES)
        if old:
            for device in session.scalars(select(Device).where(Device.lift_id.in_(old))):
                self._tracks.write(device)
        if position(session, POSITION) != followed:
            keep_position(session, POSITION, followed, now)
            keep_position(session, REPLAY, self._tracks.written_up_to(followed), now)
