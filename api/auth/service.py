"""Log-in, log-out, change of password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.auth.passwords import hash_password, needs_rehash, password_matches
from api.auth.principal import Principal
from api.auth.tokens import digest, new_session_token
from api.kit.catalogue import ProblemType
from api.kit.context import AppContext
from api.kit.problems import Problem
from store.audit import Actor, note
from store.models import ActorKind, LoginSession, User
from store.session import read_scope, session_scope

_log = structlog.get_logger("liftline.api")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: its token (shown once), its caller and its end (UTC)."""

    token: str
    principal: Principal
    expires_at: datetime


def log_in(context: AppContext, session: Session, login: str, password: str, address: str) -> Opened:
    """Open a session. Raises `Problem`: 429 after too many attempts, 401 for a wrong login or password.

    The password is checked outside the writing transaction: argon2 takes tens of milliseconds, and on
    SQLite nobody else could write meanwhile.
    """
    login = login.strip().lower()
    user = _checked(context, login, password, address)
    if needs_rehash(user.password_hash):
        session.merge(user).password_hash = hash_password(password)
    now = context.now()
    opened = _open(user, now + timedelta(hours=context.limits.session_hours))
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    session.add(
        LoginSession(token_hash=digest(opened.token), user_id=user.id, created_at=now, expires_at=opened.expires_at)
    )
    note(session, "login.ok", at=now, subject="users", subject_id=user.id, actor=_actor(user, address))
    context.meters.logins.labels("ok").inc()
    _log.info("logged_in", user=user.id, address=address)
    return opened


def log_out(session: Session, caller: Principal) -> None:
    """End the caller's session; an API key has none."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == caller.session_hash))
    note(session, "logout", subject="users", subject_id=caller.user_id)


def change_password(
    context: AppContext, session: Session, caller: Principal, passwords: tuple[str, str], address: str
) -> None:
    """Set a new password and end all other sessions of the account.

    Raises `Problem` as `log_in` does; 403 for a machine, which has no password.
    """
    if caller.user_id is None:
        raise Problem(ProblemType.FORBIDDEN)
    current, new = passwords
    with read_scope(context.engine) as reading:
        login = reading.get_one(User, caller.user_id).login
    user = _checked(context, login, current, address)
    new_hash = hash_password(new)
    session.get_one(User, user.id).password_hash = new_hash
    end_sessions(session, user.id, keep=caller.session_hash)
    note(session, "password.changed", subject="users", subject_id=user.id)
    _log.info("password_changed", user=user.id, address=address)


def end_sessions(session: Session, user_id: int, keep: str | None = None) -> None:
    """End the sessions of an account, but for one."""
    statement = delete(LoginSession).where(LoginSession.user_id == user_id)
    session.execute(statement.where(LoginSession.token_hash != keep) if keep else statement)


def _checked(context: AppContext, login: str, password: str, address: str) -> User:
    wait = context.throttle.attempt(login, address)
    if wait is not None:
        context.meters.logins.labels("throttled").inc()
        _refused(context, "login.throttled", login, address, None)
        _log.warning("login_throttled", address=address)
        raise Problem(ProblemType.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})
    with read_scope(context.engine) as session:
        user = session.scalars(select(User).where(User.login == login, User.active)).one_or_none()
    if not password_matches(user.password_hash if user else None, password) or user is None:
        context.meters.logins.labels("refused").inc()
        _refused(context, "login.refused", login, address, user)
        _log.warning("login_refused", address=address)
        raise Problem(ProblemType.WRONG_CREDENTIALS)
    context.throttle.forgive(login, address)
    return user


def _refused(context: AppContext, action: str, login: str, address: str, user: User | None) -> None:
    """Record a refused log-in, in a transaction of its own: the request's is rolled back.

    Who guesses is throttled to 60 tries in five minutes; of what is refused after that, one entry a minute is kept.
    """
    now = context.now()
    if action == "login.throttled" and not context.refusals.first(address, now):
        return
    with session_scope(context.engine) as session:
        stranger = Actor(ActorKind.STRANGER, login, address=address)
        note(session, action, at=now, subject="users", subject_id=user.id if user else None, actor=stranger)


def _actor(user: User, address: str) -> Actor:
    return Actor(ActorKind.USER, user.name, user.id, address)


def _open(user: User, expires_at: datetime) -> Opened:
    token = new_session_token()
    principal = Principal("user", user.id, user.name, user.role, user.organization_id, digest(token))
    return Opened(token, principal, expires_at)
