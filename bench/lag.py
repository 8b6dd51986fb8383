"""How long after a journal record its response node can be read from the database."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import func, select

from store.models import Node, NodeSource
from store.session import read_scope

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import Engine

LOOK_EVERY_S: Final = 0.05
"""A node is seen at the next look, so a lag reads up to this much too long."""


class LagWatch:
    """Looks for new nodes in a thread of its own while used as a context; `lags_ms` holds one value a node."""

    def __init__(self, engine: Engine) -> None:
        self.lags_ms: list[float] = []
        self._engine = engine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lag-watch", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        with read_scope(self._engine) as session:
            newest = session.scalar(select(func.max(Node.id))) or 0
        while not self._stop.wait(LOOK_EVERY_S):
            with read_scope(self._engine) as session:
                query = select(Node.id, Node.at).where(Node.id > newest, Node.source == NodeSource.JOURNAL)
                found = session.execute(query.order_by(Node.id)).all()
            seen = time.time()
            self.lags_ms += [(seen - at.timestamp()) * 1000 for _, at in found]
            newest = found[-1][0] if found else newest
