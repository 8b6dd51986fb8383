"""Counts changes of base data, by itself, in the transaction that makes them.

The provisioner compares the counter with the one it last pushed to AstDB. No writer needs to remember it: the
session sees any change of a class marked `EstateData`, by objects or by bulk statements of the ORM.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from store.models.base import EstateData
from store.models.estate import EstateVersion
from store.session import StoreSession

_CHANGED: Final = "estate_changed"


def estate_version(session: Session) -> int:
    """Current version; grows by one with each transaction that changed base data."""
    return session.execute(select(EstateVersion.version)).scalar_one()


def bump_estate_version(session: Session) -> None:
    """Bump the version at this transaction's commit, for changes the session cannot see (plain SQL)."""
    session.info[_CHANGED] = True


@event.listens_for(StoreSession, "before_flush")
def _notice(session: Session, _context: UOWTransaction, _instances: object) -> None:
    touched = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    if any(isinstance(row, EstateData) for row in touched):
        bump_estate_version(session)


@event.listens_for(StoreSession, "do_orm_execute")
def _notice_bulk(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    if issubclass(state.bind_mapper.class_, EstateData):
        bump_estate_version(state.session)


@event.listens_for(StoreSession, "before_commit")
def _bump(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    # Last in the transaction: the row's lock is held only for the commit itself.
    if session.info.pop(_CHANGED, False):
        session.execute(update(EstateVersion).values(version=EstateVersion.version + 1))
