"""Accounts of browsers.

A browser speaks WebRTC, a desk phone does not, and Asterisk wants to know which before either calls: so a user has an
account for the browser beside the one of the desk phone. It is a phone of the centre like any other: a member of the
queue, rung while it is registered, on the call plane seconds after it was made.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth.principal import Principal
from api.kit import rows, sip
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.phones.schemas import SipAccountOut
from dialplan.endpoints import BROWSER_PREFIX
from escalation.plan import Accept
from store.models import LoginSession, Organization, OrganizationKind, Phone, PhoneKind, User


def renew(session: Session, caller: Principal) -> SipAccountOut:
    """Give the caller's browser account a new password, and make the account when there is none.

    Raises `Problem` (409) for a machine and for a user who does not belong to the centre: nobody could ring them.
    """
    user = session.get(User, caller.user_id) if caller.user_id is not None else None
    organization = session.get(Organization, user.organization_id) if user and user.organization_id else None
    if user is None or organization is None or organization.kind is not OrganizationKind.CENTRE:
        detail = Text("只有应急处置中心的坐席有软电话。", "Only the centre's operators have a softphone.")
        raise Problem(ProblemType.CONFLICT, detail)
    account = f"{BROWSER_PREFIX}{user.id}"
    secret = sip.new_secret(account)
    phone = session.scalars(select(Phone).where(Phone.address == account)).one_or_none()
    if phone is None:
        phone = rows.add(session, _phone(session, account, user, organization.id))
    phone.ha1, phone.active = secret.ha1, True
    return SipAccountOut(account=account, password=secret.password)


def void(session: Session, caller: Principal) -> None:
    """Make the caller's browser account useless when the caller has no log-in left: a closed page rings no more."""
    if caller.user_id is None:
        return
    if session.scalar(select(LoginSession.id).where(LoginSession.user_id == caller.user_id).limit(1)) is not None:
        return
    account = f"{BROWSER_PREFIX}{caller.user_id}"
    phone = session.scalars(select(Phone).where(Phone.address == account)).one_or_none()
    if phone is not None:
        phone.ha1 = sip.new_secret(account).ha1


def _phone(session: Session, account: str, user: User, organization_id: int) -> Phone:
    sip.ensure_address_free(session, account, "address")
    own = user.phone.person_id if user.phone and user.phone.organization_id == organization_id else None
    return Phone(
        organization_id=organization_id,
        person_id=own,
        label=f"{user.name} 浏览器软电话",
        kind=PhoneKind.SIP,
        address=account,
        accept=Accept.ANSWER,
    )
