"""`/switches`: the switch nodes."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.kit.context import Context
from api.kit.session import Reading
from api.switches import service
from api.switches.schemas import SwitchOut

router = APIRouter(prefix="/switches", tags=["switches"])


@router.get("", operation_id="listSwitches", dependencies=[Depends(requires(Permission.SWITCHES_READ))])
def list_switches(session: Reading, context: Context) -> list[SwitchOut]:
    """Show each switch node and how far its journal is collected."""
    return service.switches(session, context.redis)
