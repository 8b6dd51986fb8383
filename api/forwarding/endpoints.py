"""`/forwarding`: what waits to be sent to the city's platform, and sending again what it refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.forwarding.schemas import ForwardingOut, OutboxOut, ResentOut
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context, Now
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.problems import Problem
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from forwarding import queue
from store.audit import note
from store.models import OutboxMessage, OutboxState, Platform

router = APIRouter(prefix="/forwarding", tags=["forwarding"])

READ = [Depends(requires(Permission.FORWARDING_READ))]
RESEND = [Depends(requires(Permission.FORWARDING_RESEND))]
Sort = Annotated[Literal["id", "-id"], Query(description="排序 / order")]
ORDERS = {"id": OutboxMessage.id}


@router.get("", operation_id="getForwarding", dependencies=READ)
def get_forwarding(context: Context, session: Reading) -> ForwardingOut:
    """Say whether anything is sent on, and what waits since when."""
    found = queue.stats(context.engine)
    row = session.get(Platform, 1)
    return ForwardingOut(
        enabled=row is not None and row.enabled, waiting=found.pending, oldest=found.oldest, put_aside=found.dead
    )


@router.get("/messages", operation_id="listForwarded", response_model=Page[OutboxOut], dependencies=READ)
def list_messages(
    session: Reading,
    page: Annotated[PageQuery, Depends()],
    state: Annotated[OutboxState | None, Query()] = None,
    stream: Annotated[str | None, Query(max_length=64)] = None,
    sort: Sort = "-id",
) -> Page[Any]:
    """List messages, the newest first; `state=dead` are those put aside."""
    statement = select(OutboxMessage)
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    if stream is not None:
        statement = statement.where(OutboxMessage.stream == stream)
    return paginate(session, statement, order_of(ORDERS, sort, OutboxMessage.id), page)


@router.post("/resend", operation_id="resendAll", dependencies=RESEND)
def resend_all(session: Writing, now: Now) -> ResentOut:
    """Send all again that were put aside. Numbers and keys stay: the platform sees its gaps filled."""
    return _resend(session, now, None)


@router.post(
    "/messages/{message_id}/resend", operation_id="resendOne", dependencies=RESEND, responses=problems(T.NOT_FOUND)
)
def resend_one(session: Writing, now: Now, message_id: PathId) -> ResentOut:
    """Send one again that was put aside; 404 when it is none of those."""
    answer = _resend(session, now, message_id)
    if not answer.messages:
        raise Problem(T.NOT_FOUND)
    return answer


def _resend(session: Session, now: Now, message_id: int | None) -> ResentOut:
    count = queue.resend(session, now, message_id)
    note(session, "forwarding.resend", subject="outbox_messages", subject_id=message_id, detail={"messages": count})
    return ResentOut(messages=count)
