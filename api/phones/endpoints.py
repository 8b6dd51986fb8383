"""`/phones`."""

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
from api.phones import service
from api.phones.filters import PhoneFilters
from api.phones.schemas import NewPhoneOut, PhoneIn, PhoneOut, PhonePatch, SipAccountOut
from store.models import Phone

router = APIRouter(prefix="/phones", tags=["phones"])

Reader = Annotated[Principal, Depends(requires(Permission.PHONES_READ))]
Writer = Annotated[Principal, Depends(requires(Permission.PHONES_WRITE))]
Sort = Annotated[Literal["label", "-label", "id", "-id"], Query(description="排序 / order")]
ORDERS = {"label": Phone.label, "id": Phone.id}


@router.get("", operation_id="listPhones", response_model=Page[PhoneOut])
def list_phones(
    session: Reading,
    caller: Reader,
    page: Annotated[PageQuery, Depends()],
    filters: Annotated[PhoneFilters, Depends()],
    sort: Sort = "label",
) -> Page[Any]:
    """List the phones that the caller sees."""
    return paginate(session, service.listed(caller, filters), order_of(ORDERS, sort, Phone.id), page)


@router.post("", operation_id="createPhone", status_code=201, responses=problems(T.NOT_FOUND, T.DUPLICATE))
def create_phone(session: Writing, caller: Writer, body: PhoneIn) -> NewPhoneOut:
    """Add a phone. For a SIP phone the answer holds its password, this once."""
    return service.create(session, caller, body)


@router.get("/{phone_id}", operation_id="getPhone", response_model=PhoneOut, responses=problems(T.NOT_FOUND))
def get_phone(session: Reading, caller: Reader, phone_id: PathId) -> Phone:
    """Show one phone."""
    return service.find(session, caller, phone_id)


@router.patch("/{phone_id}", operation_id="changePhone", response_model=PhoneOut, responses=problems(T.NOT_FOUND))
def change_phone(session: Writing, caller: Writer, phone_id: PathId, body: PhonePatch) -> Phone:
    """Change a phone."""
    return service.change(session, service.find(session, caller, phone_id), body)


@router.post("/{phone_id}/password", operation_id="renewPhonePassword", responses=problems(T.NOT_FOUND, T.CONFLICT))
def renew_password(session: Writing, caller: Writer, phone_id: PathId) -> SipAccountOut:
    """Give a SIP phone a new password; the old one stops working at once."""
    return service.renew_password(service.find(session, caller, phone_id))


@router.delete("/{phone_id}", operation_id="deletePhone", status_code=204, responses=problems(T.NOT_FOUND, T.IN_USE))
def delete_phone(session: Writing, caller: Writer, phone_id: PathId) -> None:
    """Delete a phone that nothing names."""
    rows.remove(session, service.find(session, caller, phone_id))
