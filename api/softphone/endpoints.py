"""`/softphone`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.console.policy import ws_origin
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context
from api.kit.session import Writing
from api.softphone import service
from api.softphone.schemas import SoftphoneOut

router = APIRouter(prefix="/softphone", tags=["phones"])

Operator = Annotated[Principal, Depends(requires(Permission.INCIDENTS_CLOSE))]


@router.post("", operation_id="openSoftphone", responses=problems(T.CONFLICT))
def open_softphone(request: Request, context: Context, session: Writing, caller: Operator) -> SoftphoneOut:
    """Give the operator's browser its SIP account with a fresh password; the switch knows it within seconds."""
    secret = service.renew(session, caller)
    url = f"{ws_origin(request, context.settings)}/ws"
    return SoftphoneOut(account=secret.account, password=secret.password, ws_url=url)
