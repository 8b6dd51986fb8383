"""SIP accounts: phones and cabins share one name space, and only the digest of a password is kept."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialplan.names import REALM
from store.models import Lift, Phone


def ha1(account: str, password: str) -> str:
    """What is kept of a SIP password: MD5(account:realm:password), as SIP's digest authentication needs it."""
    return hashlib.md5(f"{account}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()


def taken(session: Session, address: str) -> bool:
    """Whether a phone or a cabin has this account name or number already."""
    phones = select(Phone.id).where(Phone.address == address)
    cabins = select(Lift.id).where(Lift.cabin_address == address)
    return session.execute(phones.union_all(cabins)).first() is not None
