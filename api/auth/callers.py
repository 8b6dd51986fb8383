"""Finds out who calls: session cookie, session token or API key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.auth.tokens import KEY_PREFIX, SESSION_PREFIX, csrf_token, digest, key_prefix, same
from api.kit.actor import address_of
from api.kit.catalogue import ProblemType
from api.kit.context import Context, Now
from api.kit.problems import Problem
from api.kit.text import Text
from store.audit import Actor
from store.models import ActorKind, ApiKey, LoginSession, User
from store.session import read_scope

COOKIE = "liftline_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="liftline"'}

_bearer = HTTPBearer(
    auto_error=False, scheme_name="bearer", description=f"`{SESSION_PREFIX}…` (log-in) or `{KEY_PREFIX}…` (machine)"
)
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="session", description=f"Changes need the header `{CSRF_HEADER}` too"
)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request brought along; a token in the header wins over the cookie."""

    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    cookie: Annotated[str | None, Depends(_cookie)]

    @property
    def token(self) -> str | None:
        """The token, from wherever it came."""
        return self.bearer.credentials if self.bearer else self.cookie


def caller_of(request: Request, context: Context, now: Now, credential: Annotated[Credential, Depends()]) -> Principal:
    """Return the caller. Raises `Problem` (401) without a valid credential, (403) without the CSRF header."""
    token = credential.token
    principal = find(context.engine, token, now) if token else None
    if token is None or principal is None:
        raise Problem(ProblemType.NOT_AUTHENTICATED, headers=_CHALLENGE)
    if credential.bearer is None and request.method not in _SAFE:
        _check_csrf(token, request.headers.get(CSRF_HEADER, ""))
    request.state.caller = principal.label
    request.state.actor = Actor(ActorKind(principal.kind), principal.name, principal.id, address_of(request))
    return principal


Caller = Annotated[Principal, Depends(caller_of)]


def requires(permission: Permission) -> Callable[[Principal], Principal]:
    """Return a dependency that lets only callers with the permission pass."""

    def check(caller: Caller) -> Principal:
        if not caller.may(permission):
            raise Problem(ProblemType.FORBIDDEN, extra={"permission": permission.value})
        return caller

    return check


def find(engine: Engine, token: str, now: datetime) -> Principal | None:
    """Return whom a token belongs to at this moment, none when it is unknown, ended, revoked or switched off."""
    with read_scope(engine) as session:
        if token.startswith(KEY_PREFIX):
            return _machine(session, token, now)
        if token.startswith(SESSION_PREFIX):
            return _user(session, digest(token), now)
    return None


def _user(session: Session, token_hash: str, now: datetime) -> Principal | None:
    statement = (
        select(User)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_hash == token_hash, LoginSession.expires_at > now, User.active)
    )
    user = session.scalars(statement).one_or_none()
    return (
        Principal("user", user.id, user.name, user.role, user.organization_id, session_hash=token_hash)
        if user
        else None
    )


def _machine(session: Session, text: str, now: datetime) -> Principal | None:
    key = session.scalars(select(ApiKey).where(ApiKey.prefix == key_prefix(text))).one_or_none()
    fits = same(key.hash if key else "", digest(text))
    if key is None or not fits or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= now:
        return None
    return Principal("key", key.id, key.name, key.role, key.organization_id, key.gateway)


def _check_csrf(token: str, given: str) -> None:
    if not same(csrf_token(token), given):
        detail = Text(
            f"用 Cookie 登录时，修改请求须带标头 {CSRF_HEADER}。",
            f"With a cookie, changes need the header {CSRF_HEADER}.",
        )
        raise Problem(ProblemType.CSRF_REFUSED, detail)
