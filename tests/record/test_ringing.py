"""A callee's ringing is on record once, at the switch's time, and never before its dialling."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from asterisk_world import eventually
from record_world import Switch, with_lift
from sqlalchemy import Engine, select

from escalation.nodes import NodeKind
from store.models import Node, NodeSource
from store.session import read_scope
from switch.ami.channels import Channel
from switch.journal.collector import Collector
from switch.ringing import Ringing, ring_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AT = "1764000000.250125"


class Link:
    """Gives events to whoever wants them, as the link to a switch does."""

    def __init__(self) -> None:
        self._handlers: dict[str, Callable[[Mapping[str, Any]], None]] = {}

    def on_event(self, name: str, handler: Callable[[Mapping[str, Any]], None]) -> None:
        self._handlers[name] = handler

    def rings(self, leg: str, at: str, name: str = "PJSIP/guard-1-00000001", **variables: str) -> None:
        event = {"Channel": name, "Uniqueid": leg, "ChannelStateDesc": "Ringing", "Timestamp": at}
        given = [f"{name}={value}" for name, value in variables.items()]
        self._handlers["Newstate"](event | {"ChanVariable": given})

    def gone(self, leg: str) -> None:
        self._handlers["Hangup"]({"Uniqueid": leg})


def channel(name: str, **variables: str) -> Channel:
    return Channel(name, "node1-2.2", "node1-1.1", "Ringing", variables)


def test_what_rings_is_known_by_its_target_or_its_channel() -> None:
    tier = {"LL_CALL": "node1-1.1", "LL_TIER": "3", "LL_ROUND": "2", "LL_ROLE": "centre"}
    ring = ring_of(channel("PJSIP/op-1-00000007", LL_TARGET="centre", **tier), AT)
    assert ring is not None
    assert (ring.target, ring.tier, ring.round, ring.role) == ("PJSIP/op-1", 3, 2, "centre")
    assert ring.at == datetime(2025, 11, 24, 16, 0, 0, 250125, UTC)
    mobile = ring_of(channel("PJSIP/trunk-00000007", LL_TARGET="PJSIP/13800000001@trunk", LL_CALL="node1-1.1"), AT)
    assert mobile is not None
    assert (mobile.target, mobile.tier) == ("PJSIP/13800000001@trunk", None)
    assert ring_of(channel("Local/1@ll-leg-00000001;1", **tier), AT) is None
    assert ring_of(channel("PJSIP/op-1-00000007"), AT) is None
    assert ring_of(channel("PJSIP/op-1-00000007", **tier), "soon") is None


def rung(engine: Engine) -> list[Node]:
    with read_scope(engine) as session:
        return list(session.scalars(select(Node).where(Node.kind == NodeKind.LEG_RINGING).order_by(Node.id)))


def test_a_ringing_is_written_once_and_after_its_dialling(sqlite_url: str, switch: Switch) -> None:
    engine = with_lift(sqlite_url)
    link = Link()
    target = "PJSIP/guard-1"

    def dial(call: str) -> str:
        switch.write("leg_dialled", call, tier="1", role="property", target=target, round="1")
        return f"{switch.now.timestamp() + 0.001:.6f}"

    async def scenario() -> None:
        ringing = Ringing(engine, link)  # type: ignore[arg-type]
        task = asyncio.create_task(ringing.run())
        call = switch.press()
        variables = {"LL_CALL": call, "LL_TARGET": target, "LL_TIER": "1", "LL_ROUND": "1", "LL_ROLE": "property"}
        early = f"{switch.now.timestamp() + 0.008:.6f}"
        link.rings("node1-1.7", early, **variables)
        link.rings("node1-1.7", early, **variables)
        await asyncio.sleep(0.3)
        assert rung(engine) == [], "nobody has been dialled"
        dial(call)
        await eventually(lambda: len(rung(engine)) == 1, 5, "the ringing is on record")
        link.gone("node1-1.7")
        again = dial(call)
        link.rings("node1-1.8", again, **variables)
        await eventually(lambda: len(rung(engine)) == 2, 5, "the second call of the same phone")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stop = threading.Event()
    collector = threading.Thread(target=Collector(engine, switch.folder, switch.node).run, args=(stop,))
    collector.start()
    try:
        asyncio.run(scenario())
    finally:
        stop.set()
        collector.join(20)
    first, second = rung(engine)
    assert (first.source, first.target, first.tier, first.round) == (NodeSource.SYSTEM, target, 1, 1)
    assert first.incident_id is not None
    assert first.detail == {"leg": "node1-1.7"}
    assert second.seq > first.seq
