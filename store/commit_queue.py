"""What a transaction keeps back until it commits. A rolled-back savepoint takes its entries with it."""

from __future__ import annotations

from typing import Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from store.session import StoreSession

T = TypeVar("T")


class CommitQueue(Generic[T]):
    """Entries of one kind, in the order in which they were put there.

    Args:
        name: key in the session's `info`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        event.listen(StoreSession, "after_soft_rollback", self._forget)

    def put(self, session: Session, entry: T) -> None:
        """Keep an entry for the commit of this transaction."""
        transaction = session.get_nested_transaction() or session.get_transaction()
        session.info.setdefault(self._name, []).append((transaction, entry))

    def take(self, session: Session) -> list[T]:
        """Return all entries and forget them."""
        queued: list[tuple[SessionTransaction | None, T]] = session.info.pop(self._name, [])
        return [entry for _, entry in queued]

    def _forget(self, session: Session, rolled_back: SessionTransaction) -> None:
        queued: list[tuple[SessionTransaction | None, T]] = session.info.get(self._name, [])
        session.info[self._name] = [entry for entry in queued if not _inside(entry[0], rolled_back)]


def _inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False
