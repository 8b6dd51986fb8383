"""Turns every exception that leaves a handler into a problem; no traceback ever reaches a caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import structlog
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api.kit.catalogue import BY_STATUS, ProblemType
from api.kit.problems import Problem, render
from api.kit.text import Text
from api.kit.validation import invalid

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

_log = structlog.get_logger("liftline.api")

_RETRY = {"Retry-After": "5"}


async def on_http_error(request: Request, error: Exception) -> Response:
    """Render a `Problem`, or an error of the framework as the problem its status stands for."""
    if isinstance(error, Problem):
        return render(error, request)
    http = cast("HTTPException", error)
    kind = BY_STATUS.get(http.status_code, ProblemType.INTERNAL_ERROR)
    return render(Problem(kind, headers=http.headers), request)


async def on_invalid_request(request: Request, error: Exception) -> Response:
    """Render what pydantic found in path, query, header or body."""
    return render(invalid(cast("RequestValidationError", error).errors()), request)


async def on_database_error(request: Request, error: Exception) -> Response:
    """Render a database error: a broken constraint is a conflict, all else means it is not there."""
    if isinstance(error, IntegrityError):
        detail = Text(
            "数据与已有记录冲突或引用了不存在的记录。", "It clashes with a record or names one that is not there."
        )
        return render(Problem(ProblemType.CONFLICT, detail), request)
    _log.error("database_error", error=type(error).__name__, reason=_reason(error))
    return render(Problem(ProblemType.DATABASE_UNAVAILABLE, headers=_RETRY), request)


def _reason(error: Exception) -> str:
    # Never the statement or its parameters: they hold personal data.
    return str(error.orig)[:200] if isinstance(error, DBAPIError) else type(error).__name__


def install(app: FastAPI) -> None:
    """Register the handlers; the unexpected is caught by `RequestLogMiddleware`."""
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(SQLAlchemyError, on_database_error)
    app.add_exception_handler(PoolTimeoutError, on_database_error)
