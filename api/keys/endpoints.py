"""`/api-keys`: for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.auth.callers import requires
from api.auth.permissions import Permission
from api.keys import service
from api.keys.schemas import KeyIn, KeyOut, NewKeyOut
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import Now
from api.kit.pagination import Order, Page, PageQuery, paginate
from api.kit.query import PathId
from api.kit.session import Reading, Writing
from store.models import ApiKey

router = APIRouter(prefix="/api-keys", tags=["api-keys"])

READ = [Depends(requires(Permission.API_KEYS_READ))]
WRITE = [Depends(requires(Permission.API_KEYS_WRITE))]
BY_ID = Order("id", ApiKey.id, ApiKey.id)


@router.get("", operation_id="listApiKeys", response_model=Page[KeyOut], dependencies=READ)
def list_keys(
    session: Reading, page: Annotated[PageQuery, Depends()], revoked: Annotated[bool | None, Query()] = None
) -> Page[Any]:
    """List the keys, without their secrets."""
    return paginate(session, service.listed(revoked=revoked), BY_ID, page)


@router.post("", operation_id="createApiKey", status_code=201, dependencies=WRITE)
def create_key(session: Writing, body: KeyIn, now: Now) -> NewKeyOut:
    """Make a key. The answer holds it, this once."""
    return service.create(session, body, now)


@router.delete(
    "/{key_id}",
    operation_id="revokeApiKey",
    status_code=204,
    dependencies=WRITE,
    responses=problems(T.NOT_FOUND),
)
def revoke_key(session: Writing, key_id: PathId, now: Now) -> None:
    """Void a key at once. It stays in the list."""
    service.revoke(service.find(session, key_id), now)
