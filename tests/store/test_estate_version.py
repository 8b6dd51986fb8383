from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import IntegrityError

from escalation.states import Origin
from store.estate_version import bump_estate_version, estate_version
from store.models import Lift, Organization, OrganizationKind, Phone, User, UserRole
from store.services import open_incident
from store.session import StoreSession, read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable


def version(engine: Engine) -> int:
    with read_scope(engine) as session:
        return estate_version(session)


def add(session: StoreSession) -> None:
    session.add(Organization(kind=OrganizationKind.PROPERTY, name="x"))


def rename(session: StoreSession) -> None:
    session.scalars(select(Lift)).one().name = "新名称"


def several_flushes(session: StoreSession) -> None:
    rename(session)
    session.flush()
    add(session)
    session.flush()


def remove(session: StoreSession) -> None:
    session.delete(session.scalars(select(Phone)).one())


def bulk_update(session: StoreSession) -> None:
    session.execute(update(Lift).values(name="x"))


def bulk_delete(session: StoreSession) -> None:
    session.execute(delete(Phone))


def plain_sql(session: StoreSession) -> None:
    session.execute(text("update lifts set name = 'x'"))
    bump_estate_version(session)


def in_a_savepoint(session: StoreSession) -> None:
    with session.begin_nested():
        rename(session)


@pytest.mark.parametrize(
    "change", [add, rename, several_flushes, remove, bulk_update, bulk_delete, plain_sql, in_a_savepoint]
)
def test_a_transaction_that_changes_base_data_counts_once(
    engine: Engine, given_lift: Callable[[], int], change: Callable[[StoreSession], None]
) -> None:
    given_lift()
    before = version(engine)
    with session_scope(engine) as session:
        change(session)
    assert version(engine) == before + 1


def nothing(session: StoreSession) -> None:
    lift = session.scalars(select(Lift)).one()
    lift.name = str(lift.name)


def an_incident(session: StoreSession) -> None:
    open_incident(session, Origin.PRESS, datetime.now(UTC), lift=session.scalars(select(Lift)).one())


def a_user(session: StoreSession) -> None:
    session.add(User(login="x", name="x", role=UserRole.ADMIN, password_hash="x"))


@pytest.mark.parametrize("change", [nothing, an_incident, a_user])
def test_other_writes_do_not_count(
    engine: Engine, given_lift: Callable[[], int], change: Callable[[StoreSession], None]
) -> None:
    given_lift()
    before = version(engine)
    with session_scope(engine) as session:
        change(session)
    assert version(engine) == before


def change_and_fail(session: StoreSession) -> None:
    several_flushes(session)
    add(session)  # the same name once more
    session.flush()


def test_a_change_that_is_rolled_back_does_not_count(engine: Engine, given_lift: Callable[[], int]) -> None:
    given_lift()
    before = version(engine)
    with pytest.raises(IntegrityError), session_scope(engine) as session:
        change_and_fail(session)
    assert version(engine) == before
