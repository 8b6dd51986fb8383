"""`/people`."""

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
from api.people import service
from api.people.filters import PersonFilters
from api.people.schemas import PersonIn, PersonOut, PersonPatch
from store.models import Person

router = APIRouter(prefix="/people", tags=["people"])

Reader = Annotated[Principal, Depends(requires(Permission.PEOPLE_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.PEOPLE_WRITE))]
Sort = Annotated[Literal["name", "-name", "id", "-id"], Query(description="排序 / order")]
ORDERS = {"name": Person.name, "id": Person.id}


@router.get("", operation_id="listPeople", response_model=Page[PersonOut])
def list_people(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[PersonFilters, Depends()],
    sort: Sort = "name",
) -> Page[Any]:
    """List the people that the caller sees."""
    return paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, Person.id), page)


@router.post(
    "", operation_id="createPerson", status_code=201, response_model=PersonOut, responses=problems(T.NOT_FOUND)
)
def create_person(session: Writing, caller: Writer, body: PersonIn) -> Person:
    """Add a person to an organization."""
    return service.create(session, caller, body)


@router.get("/{person_id}", operation_id="getPerson", response_model=PersonOut, responses=problems(T.NOT_FOUND))
def get_person(session: Reading, caller: Reader, person_id: PathId) -> Person:
    """Show one person."""
    return service.find(session, caller, person_id)


@router.patch("/{person_id}", operation_id="changePerson", response_model=PersonOut, responses=problems(T.NOT_FOUND))
def change_person(session: Writing, caller: Writer, person_id: PathId, body: PersonPatch) -> Person:
    """Change a person."""
    return service.change(session, service.find(session, caller, person_id), body)


@router.delete("/{person_id}", operation_id="deletePerson", status_code=204, responses=problems(T.NOT_FOUND, T.IN_USE))
def delete_person(session: Writing, caller: Writer, person_id: PathId) -> None:
    """Delete a person whom nothing names."""
    rows.remove(session, service.find(session, caller, person_id))
