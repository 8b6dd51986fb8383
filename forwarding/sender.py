"""The sender: a part of the record process that empties the outbox.

One round claims streams that are due, sends each stream's messages one after the other and the streams side by side,
and stores what came of it. Between sending and storing lies a moment in which a crash means that a message is sent
again: at least once, and the platform knows it by its key.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx
import structlog
from sqlalchemy.exc import SQLAlchemyError

from forwarding import queue, wire
from forwarding.queue import Outcome, Stats
from forwarding.retrying import Line, Verdict, judge, pause
from forwarding.signing import signed
from store.live import About, append_live_event
from store.session import session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from forwarding.platform import Platform
    from forwarding.queue import Parcel

log = structlog.get_logger(__name__)

POLL_S: Final = 0.5
STATS_EVERY: Final = timedelta(seconds=10)
TIDY_EVERY: Final = timedelta(hours=6)
RETRY_S: Final = 5.0
CONNECT_TIMEOUT_S: Final = 5.0
IDEMPOTENCY_KEY: Final = "Idempotency-Key"


class Sender:
    """Sends to one platform.

    Args:
        engine: the database.
        platform: where to.
        worker: this process's name; no two that live at the same time may share it.
        rng: spreads the pauses.
        clock: signs with this time.
    """

    def __init__(
        self,
        engine: Engine,
        platform: Platform,
        worker: str,
        rng: random.Random | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._platform = platform
        self._path = urlsplit(platform.url).path or "/"
        self._worker = worker
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._clock = clock
        self._woken = asyncio.Event()
        self._stats_due = self._tidy_due = datetime.min.replace(tzinfo=UTC)
        self.line = Line()
        self.stats = Stats(0, None, 0)
        self.sent = 0
        self.failures = 0
        self.error = ""

    def wake(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled."""
        await asyncio.to_thread(queue.release, self._engine, self._worker)
        async with self.client() as client:
            while True:
                try:
                    busy = await self.step(client, self._clock())
                except SQLAlchemyError as error:
                    log.warning("outbox_unavailable", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
                    continue
                if not busy:
                    await self._rest()

    async def _rest(self) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(POLL_S):
                await self._woken.wait()
        except TimeoutError:
            pass

    def client(self) -> httpx.AsyncClient:
        """Return a client with this platform's time-outs; redirects are not followed, the environment's proxies are."""
        timeout = httpx.Timeout(self._platform.timeout_s, connect=min(CONNECT_TIMEOUT_S, self._platform.timeout_s))
        limits = httpx.Limits(max_connections=self._platform.concurrency)
        return httpx.AsyncClient(timeout=timeout, limits=limits, follow_redirects=False)

    async def step(self, client: httpx.AsyncClient, now: datetime) -> int:
        """Make one round at `now`; return how many messages were tried.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is away; what was sent meanwhile will be sent again.
        """
        await self._housekeeping(now)
        if not self.line.open(now):
            return 0
        streams = 1 if self.line.down_since else self._platform.concurrency
        claimed = await asyncio.to_thread(queue.claim, self._engine, self._worker, now, streams)
        tried = await asyncio.gather(*(self._stream(client, parcels, now) for parcels in claimed))
        return sum(tried)

    async def _stream(self, client: httpx.AsyncClient, parcels: list[Parcel], now: datetime) -> int:
        outcomes: list[Outcome] = []
        for parcel in parcels:
            outcome = await self._send(client, parcel)
            outcomes.append(outcome)
            if outcome.verdict is not Verdict.ACCEPTED:
                break
        await self._settle(parcels[0].stream, outcomes, now)
        return len(outcomes)

    async def _settle(self, stream: str, outcomes: list[Outcome], now: datetime) -> None:
        last = outcomes[-1]
        delay = timedelta()
        if last.verdict is not Verdict.ACCEPTED:
            self.failures += 1
            self.error = last.error
            weight = self.line.weight(last.verdict, last.parcel.last_attempt_at)
            outcomes[-1] = Outcome(last.parcel, last.verdict, last.error, weight)
            failures = await asyncio.to_thread(queue.failures_of, self._engine, stream)
            delay = pause(failures + 1, self._rng)
        dead = await asyncio.to_thread(queue.settle, self._engine, self._worker, stream, outcomes, now, delay)
        accepted = sum(one.verdict is Verdict.ACCEPTED for one in outcomes)
        self.sent += accepted
        if accepted and self.line.succeeded(now):
            log.info("platform_reachable")
            await asyncio.to_thread(self._back, now)
        if last.verdict is not Verdict.ACCEPTED:
            self.line.failed(stream, last.verdict, now, self._rng)
            log.warning("platform_refuses", stream=stream, message=last.parcel.id, error=last.error)
        for parcel in dead:
            log.error("platform_message_put_aside", stream=stream, message=parcel.id, error=last.error)
            await asyncio.to_thread(self._tell, "platform.message_put_aside", now, _about(parcel, last.error))

    async def _send(self, client: httpx.AsyncClient, parcel: Parcel) -> Outcome:
        try:
            content = wire.body(parcel)
        except (ValueError, KeyError, TypeError) as error:
            # A fault of ours in one message must not hide all later ones of its lift.
            log.exception("platform_message_unreadable", message=parcel.id)
            return Outcome(parcel, Verdict.REFUSED, f"not to be put into words: {type(error).__name__}: {error}")
        headers = signed(self._platform.secret, self._platform.system, "POST", self._path, content, self._clock()) | {
            IDEMPOTENCY_KEY: parcel.key,
            "Content-Type": "application/json",
        }
        try:
            async with asyncio.timeout(self._platform.timeout_s * 1.5):  # httpx's time-outs are for each step alone
                answer = await client.post(self._platform.url, content=content, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.ProxyError) as error:
            return Outcome(parcel, Verdict.UNREACHABLE, f"{type(error).__name__}: {error}")
        except (httpx.HTTPError, TimeoutError) as error:
            return Outcome(parcel, Verdict.FAILED, f"{type(error).__name__}: {error}")
        verdict = judge(answer.status_code)
        said = "" if verdict is Verdict.ACCEPTED else f"HTTP {answer.status_code}: {answer.text[:200]}"
        return Outcome(parcel, verdict, said)

    async def _housekeeping(self, now: datetime) -> None:
        if now >= self._stats_due:
            self._stats_due = now + STATS_EVERY
            self.stats = await asyncio.to_thread(queue.stats, self._engine)
        if now >= self._tidy_due:
            self._tidy_due = now + TIDY_EVERY
            await asyncio.to_thread(queue.tidy, self._engine, now, self._platform.keep_days)
        if self.line.must_tell(now):
            since = self.line.down_since.isoformat() if self.line.down_since else ""
            log.error("platform_unreachable", since=since, error=self.error)
            payload = {"since": since, "waiting": self.stats.pending, "error": self.error[:200]}
            await asyncio.to_thread(self._tell, "platform.unreachable", now, payload)

    def _back(self, now: datetime) -> None:
        queue.hurry(self._engine, now)
        if self.line.told:
            self.line.told = False
            self._tell("platform.reachable", now, {})

    def _tell(self, kind: str, now: datetime, payload: dict[str, object]) -> None:
        with session_scope(self._engine) as session:
            append_live_event(session, kind, now, About(payload=payload))


def _about(parcel: Parcel, error: str) -> dict[str, object]:
    return {"message": parcel.id, "kind": parcel.kind, "device_code": parcel.keys[0], "error": error[:200]}
