"""`/users`: for administrators."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.pagination import Page, PageQuery, order_of, paginate
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from api.users import service
from api.users.filters import UserFilters
from api.users.schemas import PasswordIn, UserIn, UserOut, UserPatch
from store.models import User

router = APIRouter(prefix="/users", tags=["users"])

READ = [Depends(requires(Permission.USERS_READ))]
WRITE = [Depends(requires(Permission.USERS_WRITE))]
Sort = Annotated[Literal["login", "-login", "name", "-name", "id", "-id"], Query(description="排序 / order")]
ORDERS = {"login": User.login, "name": User.name, "id": User.id}


@router.get("", operation_id="listUsers", response_model=Page[UserOut], dependencies=READ)
def list_users(
    session: Reading,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[UserFilters, Depends()],
    sort: Sort = "login",
) -> Page[Any]:
    """List the log-ins."""
    return paginate(session, service.listed(filters), order_of(ORDERS, sort, User.id), page)


@router.post(
    "",
    operation_id="createUser",
    status_code=201,
    response_model=UserOut,
    dependencies=WRITE,
    responses=problems(T.DUPLICATE),
)
def create_user(session: Writing, body: UserIn) -> User:
    """Add a log-in."""
    return service.create(session, body)


@router.get(
    "/{user_id}",
    operation_id="getUser",
    response_model=UserOut,
    dependencies=READ,
    responses=problems(T.NOT_FOUND),
)
def get_user(session: Reading, user_id: PathId) -> User:
    """Show one log-in."""
    return service.find(session, user_id)


@router.patch(
    "/{user_id}",
    operation_id="changeUser",
    response_model=UserOut,
    dependencies=WRITE,
    responses=problems(T.NOT_FOUND, T.CONFLICT),
)
def change_user(session: Writing, user_id: PathId, body: UserPatch) -> User:
    """Change a log-in."""
    return service.change(session, service.find(session, user_id), body)


@router.put(
    "/{user_id}/password",
    operation_id="setUserPassword",
    status_code=204,
    dependencies=WRITE,
    responses=problems(T.NOT_FOUND),
)
def set_user_password(session: Writing, user_id: PathId, body: PasswordIn) -> None:
    """Set a log-in's password; its sessions end."""
    service.set_password(session, service.find(session, user_id), body.password.get_secret_value())


@router.delete(
    "/{user_id}",
    operation_id="deleteUser",
    status_code=204,
    dependencies=WRITE,
    responses=problems(T.NOT_FOUND, T.IN_USE, T.CONFLICT),
)
def delete_user(session: Writing, user_id: PathId) -> None:
    """Delete a log-in that no record names; switch others off."""
    service.remove(session, service.find(session, user_id))
