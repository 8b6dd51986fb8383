"""Append rate with and without the log, block after block in one run: only the ratio travels between machines."""

from __future__ import annotations

import statistics
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypedDict

from sqlalchemy import event

import store.log
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.plan import Role
from escalation.states import Origin
from store.models import NodeSource
from store.services import Recorded, append_node, open_incident
from store.session import StoreSession, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

BATCH: Final = 100
"""Nodes in a transaction, as the collector has it."""
ORDER: Final = (True, False, False, True)


class Appending(TypedDict):
    """Nodes a second, median of the blocks."""

    with_log: float
    without_log: float
    slowdown: float
    """How much longer it takes with the log: 1.1 is ten per cent."""


def measure_appending(engine: Engine, blocks: int, nodes: int) -> Appending:
    """Append `nodes` nodes a block through the services, `blocks` blocks each way."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    for block in range(2 * blocks):
        logged = ORDER[block % len(ORDER)]
        with _log(on=logged):
            rates[logged].append(_append(engine, block, nodes))
    ours, bare = statistics.median(rates[True]), statistics.median(rates[False])
    return Appending(with_log=round(ours), without_log=round(bare), slowdown=round(bare / ours, 3))


def _append(engine: Engine, block: int, nodes: int) -> float:
    began = time.perf_counter()
    for start in range(0, nodes, BATCH):
        with session_scope(engine) as session:
            now = datetime.now(UTC)
            incident = open_incident(session, Origin.PRESS, now, lift=None, caller=f"1390000{block:04d}").incident
            for number in range(start, start + BATCH):
                draft = NodeDraft(
                    NodeKind.LEG_DIALLED, now, "bench", tier=1, role=Role.PROPERTY, detail={"accept": "answer"}
                )
                recorded = Recorded(NodeSource.JOURNAL, segment=f"bench-{block}", offset=number)
                append_node(session, draft, recorded, incident=incident)
    return nodes / (time.perf_counter() - began)


@contextmanager
def _log(*, on: bool) -> Iterator[None]:
    """Have facts logged, or not."""
    if on:
        yield
        return
    event.remove(StoreSession, "after_flush", store.log._notice)  # noqa: SLF001 - what is measured is what it costs
    try:
        yield
    finally:
        event.listen(StoreSession, "after_flush", store.log._notice)  # noqa: SLF001 - see above
