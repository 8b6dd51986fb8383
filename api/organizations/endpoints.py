"""`/organizations`."""

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
from api.organizations import service
from api.organizations.filters import OrganizationFilters
from api.organizations.schemas import OrganizationIn, OrganizationOut, OrganizationPatch
from store.models import Organization

router = APIRouter(prefix="/organizations", tags=["organizations"])

Reader = Annotated[Principal, Depends(requires(Permission.ORGANIZATIONS_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.ORGANIZATIONS_WRITE))]
Sort = Annotated[Literal["name", "-name", "id", "-id"], Query(description="排序 / order")]
ORDERS = {"name": Organization.name, "id": Organization.id}


@router.get("", operation_id="listOrganizations", response_model=Page[OrganizationOut])
def list_organizations(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[OrganizationFilters, Depends()],
    sort: Sort = "name",
) -> Page[Any]:
    """List organizations that the caller sees."""
    return paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, Organization.id), page)


@router.post(
    "",
    operation_id="createOrganization",
    status_code=201,
    dependencies=[Depends(requires(Permission.ORGANIZATIONS_WRITE))],
    response_model=OrganizationOut,
    responses=problems(T.DUPLICATE),
)
def create_organization(session: Writing, body: OrganizationIn) -> Organization:
    """Add an organization."""
    return service.create(session, body)


@router.get(
    "/{organization_id}",
    operation_id="getOrganization",
    response_model=OrganizationOut,
    responses=problems(T.NOT_FOUND),
)
def get_organization(session: Reading, caller: Reader, organization_id: PathId) -> Organization:
    """Show one organization."""
    return service.find(session, caller, organization_id)


@router.patch(
    "/{organization_id}",
    operation_id="changeOrganization",
    response_model=OrganizationOut,
    responses=problems(T.NOT_FOUND, T.DUPLICATE),
)
def change_organization(
    session: Writing, caller: Writer, organization_id: PathId, body: OrganizationPatch
) -> Organization:
    """Change an organization."""
    return service.change(session, service.find(session, caller, organization_id), body)


@router.delete(
    "/{organization_id}", operation_id="deleteOrganization", status_code=204, responses=problems(T.NOT_FOUND, T.IN_USE)
)
def delete_organization(session: Writing, caller: Writer, organization_id: PathId) -> None:
    """Delete an organization that nothing names."""
    rows.remove(session, service.find(session, caller, organization_id))
