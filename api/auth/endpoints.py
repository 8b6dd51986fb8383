"""`/auth`: log-in for browsers (cookie) and programs (token), log-out, change of password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response

from api.auth import service
from api.auth.callers import COOKIE, Caller
from api.auth.permissions import MATRIX
from api.auth.principal import Principal
from api.auth.schemas import CallerOut, Credentials, LoggedIn, PasswordChange, TokenOut
from api.auth.tokens import csrf_token
from api.kit.actor import address_of
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context
from api.kit.session import Writing
from api.softphone import service as softphone

router = APIRouter(prefix="/auth", tags=["auth"])

_LOGIN_PROBLEMS = problems(T.WRONG_CREDENTIALS, T.TOO_MANY_REQUESTS)


@router.post("/login", operation_id="logIn", responses=_LOGIN_PROBLEMS)
def log_in(request: Request, response: Response, body: Credentials, context: Context, session: Writing) -> LoggedIn:
    """Log a browser in: the session goes into an HttpOnly cookie, the CSRF token into the answer."""
    opened = service.log_in(context, session, body.login, body.password.get_secret_value(), _address(request))
    seconds, secure = int(context.limits.session_hours * 3600), request.url.scheme == "https"
    response.set_cookie(COOKIE, opened.token, max_age=seconds, secure=secure, httponly=True, samesite="strict")
    csrf = csrf_token(opened.token)
    return LoggedIn(caller=_caller(opened.principal, csrf), csrf_token=csrf, expires_at=opened.expires_at)


@router.post("/tokens", operation_id="createToken", status_code=201, responses=_LOGIN_PROBLEMS)
def create_token(request: Request, body: Credentials, context: Context, session: Writing) -> TokenOut:
    """Log a program in: the session token is in the answer, once."""
    opened = service.log_in(context, session, body.login, body.password.get_secret_value(), _address(request))
    return TokenOut(token=opened.token, expires_at=opened.expires_at)


@router.post("/logout", operation_id="logOut", status_code=204)
def log_out(response: Response, caller: Caller, session: Writing) -> None:
    """End this session."""
    service.log_out(session, caller)
    softphone.void(session, caller)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


@router.get("/me", operation_id="whoAmI")
def who_am_i(
    caller: Caller, cookie: Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)] = None
) -> CallerOut:
    """Tell who the caller is and what the caller may do; a browser gets its CSRF token again."""
    return _caller(caller, csrf_token(cookie) if cookie else None)


@router.put("/password", operation_id="changePassword", status_code=204, responses=_LOGIN_PROBLEMS)
def change_password(request: Request, body: PasswordChange, context: Context, session: Writing, caller: Caller) -> None:
    """Change the password of the own account; its other sessions end."""
    passwords = body.current.get_secret_value(), body.new.get_secret_value()
    service.change_password(context, session, caller, passwords, _address(request))


def _address(request: Request) -> str:
    return address_of(request)


def _caller(principal: Principal, csrf: str | None) -> CallerOut:
    return CallerOut(
        kind=principal.kind,
        id=principal.id,
        name=principal.name,
        role=principal.role,
        organization_id=principal.organization_id,
        permissions=sorted(MATRIX[principal.role]),
        csrf_token=csrf,
    )
