"""What is written last in a transaction: live events and the leaves of the evidence log, in the order of the commits.

Both are numbered without regard to who began first, only to who commits first, so both wait for the commit. On
PostgreSQL the transaction then takes one lock, held until the commit is done. Because it is the last lock taken, no
two transactions can wait for each other over it. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from store import live, log
from store.session import StoreSession

COMMIT_LOCK: Final = 0x4C495645
"""PostgreSQL advisory lock ("LIVE") of everybody who writes what is numbered at the commit."""


@event.listens_for(StoreSession, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    events, facts = live.QUEUE.take(session), log.QUEUE.take(session)
    if not events and not facts:
        return
    leaves = log.leaves_of(facts)  # hashing needs no lock
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": COMMIT_LOCK})
    if events:
        live.write_live_events(session, events)
    if leaves:
        log.write_leaves(session, leaves)
