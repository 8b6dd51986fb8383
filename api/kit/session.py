"""One request, one transaction.

`Writing` commits after the handler has returned and before its answer is sent: what a caller was told
has happened, has happened. `Reading` never writes and, on SQLite, never waits for a writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from api.kit.actor import actor_of
from api.kit.context import Context
from store.audit import set_actor
from store.session import StoreSession, read_scope, session_scope


def _reading(context: Context) -> Iterator[StoreSession]:
    with read_scope(context.engine) as session:
        yield session


def _writing(request: Request, context: Context) -> Iterator[StoreSession]:
    with session_scope(context.engine) as session:
        set_actor(session, lambda: actor_of(request))
        yield session
    context.hub.nudge()


Reading = Annotated[StoreSession, Depends(_reading, scope="function")]
Writing = Annotated[StoreSession, Depends(_writing, scope="function")]
