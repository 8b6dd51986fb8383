"""`/lifts`: `{key}` is a device code (设备代码), registration number (使用登记证号) or rescue number (轿厢救援编号)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import select

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit import rows
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Context, Now
from api.kit.pagination import Order, Page, PageQuery, order_of, paginate
from api.kit.session import Reading, Writing
from api.lifts import devices, service
from api.lifts.effective import effective_plan
from api.lifts.filters import LiftFilters
from api.lifts.live import lift_state, lift_states
from api.lifts.schemas import (
    DeviceChangeOut,
    DevicePatch,
    EffectivePlanOut,
    LiftDayOut,
    LiftIn,
    LiftOut,
    LiftPatch,
    LiftStateOut,
    LiveOut,
    NewLiftOut,
    PlanAssignment,
)
from api.phones.schemas import SipAccountOut
from store.models import DeviceChange, Lift, LiftDay

router = APIRouter(prefix="/lifts", tags=["lifts"])

Reader = Annotated[Principal, Depends(requires(Permission.LIFTS_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.LIFTS_WRITE))]
Key = Annotated[str, Path(max_length=40, description="设备代码、使用登记证号或轿厢救援编号", examples=["300121"])]
Sort = Annotated[
    Literal["name", "-name", "rescue_no", "-rescue_no", "device_code", "-device_code", "id", "-id"],
    Query(description="排序 / order"),
]
After = Annotated[str | None, Query(max_length=32, description="设备代码之后 / beyond this device code")]
NEWEST_FIRST = Order("-id", DeviceChange.id, DeviceChange.id, descending=True)
ORDERS = {"name": Lift.name, "rescue_no": Lift.rescue_no, "device_code": Lift.device_code, "id": Lift.id}


@router.get("", operation_id="listLifts", response_model=Page[LiftOut])
def list_lifts(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[LiftFilters, Depends()],
    sort: Sort = "name",
) -> Page[Any]:
    """List the lifts that the caller sees."""
    return paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, Lift.id), page)


@router.get("/live", operation_id="listLiveLifts")
def list_live_lifts(
    session: Reading,
    caller: Reader,
    context: Context,
    now: Now,
    filters: Annotated[LiftFilters, Depends()],
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> LiveOut:
    """Give the live pictures of many lifts: floor, door, people, supply, and whether an alarm would work."""
    statement = service.listed(caller, filters)
    return devices.page(session, context.redis, statement, devices.Span(after, limit), now)


@router.post(
    "",
    operation_id="createLift",
    status_code=201,
    dependencies=[Depends(requires(Permission.LIFTS_WRITE))],
    responses=problems(T.DUPLICATE),
)
def create_lift(session: Writing, body: LiftIn) -> NewLiftOut:
    """Add a lift. For a SIP cabin the answer holds its password, this once."""
    return service.create(session, body)


@router.get("/states", operation_id="listLiftStates")
def list_lift_states(
    session: Reading,
    caller: Reader,
    context: Context,
    now: Now,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[LiftFilters, Depends()],
    sort: Sort = "name",
) -> Page[LiftStateOut]:
    """Tell what is known right now of the lifts that `GET /lifts` lists with the same query."""
    found = paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, Lift.id), page)
    states = lift_states(session, context.redis, found.items, now)
    return Page[LiftStateOut](items=states, next_cursor=found.next_cursor)


@router.get("/{key}", operation_id="getLift", response_model=LiftOut, responses=problems(T.NOT_FOUND))
def get_lift(session: Reading, caller: Reader, key: Key) -> Lift:
    """Show one lift."""
    return service.find(session, caller, key)


@router.patch("/{key}", operation_id="changeLift", response_model=LiftOut, responses=problems(T.NOT_FOUND, T.DUPLICATE))
def change_lift(session: Writing, caller: Writer, key: Key, body: LiftPatch) -> Lift:
    """Change a lift. The call plane knows it within seconds."""
    return service.change(session, service.find(session, caller, key), body)


@router.delete("/{key}", operation_id="deleteLift", status_code=204, responses=problems(T.NOT_FOUND, T.IN_USE))
def delete_lift(session: Writing, caller: Writer, key: Key) -> None:
    """Delete a lift that no incident names; switch others off."""
    rows.remove(session, service.find(session, caller, key))


@router.post("/{key}/cabin-password", operation_id="renewCabinPassword", responses=problems(T.NOT_FOUND, T.CONFLICT))
def renew_cabin_password(session: Writing, caller: Writer, key: Key) -> SipAccountOut:
    """Give the cabin's SIP phone a new password; the old one stops working at once."""
    return service.renew_password(service.find(session, caller, key))


@router.put("/{key}/plan", operation_id="assignPlan", response_model=LiftOut, responses=problems(T.NOT_FOUND))
def assign_plan(session: Writing, caller: Writer, key: Key, body: PlanAssignment) -> Lift:
    """Give the lift a plan, or with null the default one."""
    return service.assign_plan(session, service.find(session, caller, key), body.plan_id)


@router.get("/{key}/effective-plan", operation_id="getEffectivePlan", responses=problems(T.NOT_FOUND))
def get_effective_plan(session: Reading, caller: Reader, key: Key, now: Now) -> EffectivePlanOut:
    """Tell whom an alarm of this lift would ring at this moment."""
    return effective_plan(session, service.find(session, caller, key), now)


@router.get("/{key}/state", operation_id="getLiftState", responses=problems(T.NOT_FOUND))
def get_lift_state(session: Reading, caller: Reader, context: Context, key: Key, now: Now) -> LiftStateOut:
    """Tell what is known of the lift right now."""
    return lift_state(session, context.redis, service.find(session, caller, key), now)


@router.patch("/{key}/device", operation_id="changeDevice", status_code=204, responses=problems(T.NOT_FOUND))
def change_device(session: Writing, caller: Writer, key: Key, body: DevicePatch) -> None:
    """Agree on the longest silence after which the lift's device is off line."""
    devices.change(session, service.find(session, caller, key), body)


@router.get(
    "/{key}/device/changes",
    operation_id="listDeviceChanges",
    response_model=Page[DeviceChangeOut],
    responses=problems(T.NOT_FOUND),
)
def list_device_changes(session: Reading, caller: Reader, key: Key, page: Annotated[PageQuery, Depends()]) -> Page[Any]:
    """List when the lift's device went off line and came back, the newest first: a history without gaps."""
    lift = service.find(session, caller, key)
    return paginate(session, select(DeviceChange).where(DeviceChange.lift_id == lift.id), NEWEST_FIRST, page)


@router.get("/{key}/runs", operation_id="listRuns", response_model=list[LiftDayOut], responses=problems(T.NOT_FOUND))
def list_runs(
    session: Reading, caller: Reader, key: Key, days: Annotated[int, Query(ge=1, le=366)] = 31
) -> list[LiftDay]:
    """Give the runs of the last days on which there were any, the newest first."""
    lift = service.find(session, caller, key)
    query = select(LiftDay).where(LiftDay.lift_id == lift.id).order_by(LiftDay.day.desc()).limit(days)
    return list(session.scalars(query))
