"""Ringing: a callee's 180 becomes a response node (`leg_ringing`) with the switch's own time.

Asterisk's journal does not hold it, its manager interface tells it. A node is written once for each leg, after the
journal's record that this phone was dialled has been stored. A leg that begins to ring while this process is away has
no such node; none is ever wrong, and no call waits for one. (Notice, annex 1 section 三 (一).)
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import CENTRE_QUEUE, Role
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.models import Node
from store.repositories import incidents
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope
from switch.ami.channels import RINGING, channel_of
from switch.journal.parse import node_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from switch.ami.channels import Channel
    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

POLL_S: Final = 0.1
RETRY_S: Final = 1.0
PATIENCE: Final = timedelta(minutes=5)
"""A leg whose dialling is not on record by then gets no node."""
MAX_WAITING: Final = 10_000
"""More legs than this are not written down; their calls go on all the same."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One leg that has begun to ring."""

    leg: str
    """Unique id of the callee's channel."""
    call_id: str
    at: datetime
    """The switch's time, UTC."""
    target: str
    """Dial string of the phone."""
    tier: int | None
    round: int | None
    role: Role | None

    def draft(self) -> NodeDraft:
        """Return the node."""
        return NodeDraft(
            NodeKind.LEG_RINGING, self.at, node_of(self.leg), self.tier, self.role, self.round, self.target,
            {"leg": self.leg},
        )  # fmt: skip


def ring_of(channel: Channel, timestamp: str) -> Ring | None:
    """Return what rings, none when it is no leg of a call of ours.

    Args:
        channel: as the event tells of it.
        timestamp: the event's own, seconds since 1970 with microseconds.
    """
    given = channel.variables
    if channel.local or not given.get("LL_CALL"):
        return None
    try:
        at = datetime.fromtimestamp(float(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    target = given.get("LL_TARGET", "")
    if target in {"", CENTRE_QUEUE}:  # the queue's own legs are known by their channel alone
        target = channel.name.rpartition("-")[0]
    tier = _number(given.get("LL_TIER", ""))
    role = given.get("LL_ROLE", "")
    return Ring(
        leg=channel.channel_id,
        call_id=given["LL_CALL"],
        at=at,
        target=target,
        tier=tier,
        round=_number(given.get("LL_ROUND", "")) if tier else None,
        role=Role(role) if tier and role in set(Role) else None,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004


class Ringing:
    """Writes down which legs ring, and since when.

    Args:
        engine: the database.
        link: the link to the switch; the event handlers are registered there.
        on_stored: called after each commit, from another thread.
    """

    def __init__(self, engine: Engine, link: AmiLink, on_stored: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._on_stored = on_stored
        self._seen: set[str] = set()
        self._waiting: list[Ring] = []
        self._wake = asyncio.Event()
        self.written = 0
        link.on_event("Newstate", self._on_state)
        link.on_event("Hangup", self._on_gone)

    def _on_state(self, event: Mapping[str, Any]) -> None:
        channel = channel_of(event)
        if channel.state != RINGING or channel.channel_id in self._seen:
            return
        ring = ring_of(channel, event.get("Timestamp", ""))
        if ring is None:
            return
        if len(self._waiting) >= MAX_WAITING or len(self._seen) >= MAX_WAITING:
            log.error("ringing_full", channel=channel.name)
            return
        self._seen.add(ring.leg)
        self._waiting.append(ring)
        self._wake.set()

    def _on_gone(self, event: Mapping[str, Any]) -> None:
        self._seen.discard(event.get("Uniqueid", ""))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    stored = await asyncio.to_thread(self._write, tuple(self._waiting))
                except SQLAlchemyError as error:
                    log.warning("ringing_waits", error=f"{type(error).__name__}: {error}"[:300])
                    await asyncio.sleep(RETRY_S)
                    continue
                self._forget(stored)
                if self._waiting:
                    await asyncio.sleep(POLL_S)

    def _forget(self, stored: set[str]) -> None:
        since = datetime.now(UTC) - PATIENCE
        for ring in self._waiting:
            if ring.leg not in stored and ring.at < since:
                log.warning("ringing_without_a_call", call=ring.call_id, target=ring.target)
        self._waiting = [ring for ring in self._waiting if ring.leg not in stored and ring.at >= since]

    def _write(self, rings: tuple[Ring, ...]) -> set[str]:
        """Store those whose dialling is on record; return their legs."""
        with read_scope(self._engine) as session:
            ready = [ring for ring in rings if _dialled(session, ring)]
        if not ready:
            return set()
        with session_scope(self._engine) as session:
            for ring in ready:
                call = incidents.call_by_id(session, ring.call_id)
                append_node(session, ring.draft(), SYSTEM, incident=call.incident if call else None, call=call)
        self.written += len(ready)
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._on_stored()
        return {ring.leg for ring in ready}


def _dialled(session: Session, ring: Ring) -> bool:
    """Return whether the record shows this phone dialled for this call, later than it rang before."""
    call = incidents.call_by_id(session, ring.call_id)
    if call is None or ring.tier is None:
        return call is not None
    of_phone = select(func.max(Node.at)).where(Node.call_id == call.id, Node.target == ring.target)
    dialled = session.scalar(of_phone.where(Node.kind == NodeKind.LEG_DIALLED, Node.at <= ring.at))
    rang = session.scalar(of_phone.where(Node.kind == NodeKind.LEG_RINGING))
    return dialled is not None and (rang is None or rang < dialled)
