"""`/plans`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit import rows
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from api.plans import service
from api.plans.schemas import PlanIn, PlanOut
from store.models import Plan

router = APIRouter(prefix="/plans", tags=["plans"])

Reader = Annotated[Principal, Depends(requires(Permission.PLANS_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.PLANS_WRITE))]
Sort = Annotated[Literal["name", "-name", "id", "-id"], Query(description="排序 / order")]
ORDERS = {"name": Plan.name, "id": Plan.id}


@router.get("", operation_id="listPlans", response_model=Page[PlanOut])
def list_plans(
    session: Reading, caller: Reader, page: Annotated[PageQuery, Depends()], sort: Sort = "name"
) -> Page[Any]:
    """List the plans that the caller's lifts use; the centre sees all."""
    return paginate(session, service.listed(caller), order_of(ORDERS, sort, Plan.id), page)


@router.post(
    "",
    operation_id="createPlan",
    status_code=201,
    response_model=PlanOut,
    dependencies=[Depends(requires(Permission.PLANS_WRITE))],
    responses=problems(T.DUPLICATE),
)
def create_plan(session: Writing, body: PlanIn) -> Plan:
    """Add a plan. One that might leave a passenger without a human being is refused."""
    return service.create(session, body)


@router.get("/{plan_id}", operation_id="getPlan", response_model=PlanOut, responses=problems(T.NOT_FOUND))
def get_plan(session: Reading, caller: Reader, plan_id: PathId) -> Plan:
    """Show one plan."""
    return service.find(session, caller, plan_id)


@router.put(
    "/{plan_id}", operation_id="replacePlan", response_model=PlanOut, responses=problems(T.NOT_FOUND, T.DUPLICATE)
)
def replace_plan(session: Writing, caller: Writer, plan_id: PathId, body: PlanIn) -> Plan:
    """Change a plan by sending all of it. Open incidents keep the plan they began with."""
    return service.replace(session, service.find(session, caller, plan_id), body)


@router.delete("/{plan_id}", operation_id="deletePlan", status_code=204, responses=problems(T.NOT_FOUND, T.IN_USE))
def delete_plan(session: Writing, caller: Writer, plan_id: PathId) -> None:
    """Delete a plan that no lift uses."""
    rows.remove(session, service.find(session, caller, plan_id))
