"""SIP accounts: one name space for phones and cabins; the password is shown once, its HA1 is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from api.kit import rows
from liftline.secrets import generate_password
from store import accounts

SipAccount = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="SIP account on the switch", examples=["guard-300121"]
    ),
]

TrunkNumber = Annotated[
    str, Field(pattern=r"^\+?[0-9][0-9 -]{1,30}$", description="Number behind the carrier", examples=["13800000001"])
]

SipPassword = Annotated[str, Field(description="Shown once", examples=["vT7kQ2mXw9RbN4pZ"])]


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh SIP password and what is kept of it."""

    password: str
    ha1: str


def new_secret(account: str) -> Secret:
    """Return a random password for an account with its digest."""
    password = generate_password()
    return Secret(password, accounts.ha1(account, password))


def ensure_address_free(session: Session, address: str, field: str) -> None:
    """Raise `Problem` (409), naming the field, when a phone or a cabin has the address already."""
    if accounts.taken(session, address):
        raise rows.taken(field)
