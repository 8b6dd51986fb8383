"""Which telephone is a person's own."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from api.auth.principal import Principal
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.voice.link import SwitchLink
from dialplan.endpoints import BROWSER_PREFIX
from dialplan.names import Accept
from dialplan.numbers import normalise
from escalation.plan import PlanError, sip_address, trunk_address
from store.models import Phone, PhoneKind, User
from switch import control
from switch.ami import AmiLink
from switch.control import OwnPhone


def own(session: Session, caller: Principal) -> list[Phone]:
    """Return the caller's phones that are in service: the browser's account first, then the one of the user."""
    if caller.user_id is None:
        return []
    user = session.get(User, caller.user_id)
    browser = f"{BROWSER_PREFIX}{caller.user_id}"
    mine = or_(Phone.address == browser, Phone.id == (user.phone_id if user else None))
    found = session.scalars(select(Phone).where(mine, Phone.active).options(joinedload(Phone.person)))
    return sorted(found, key=lambda phone: phone.address != browser)


def reachable(session: Session, caller: Principal, switch: SwitchLink) -> Phone:
    """Return the caller's phone that can be rung now; raise `Problem` (409) when there is none."""
    phones = own(session, caller)
    accounts = [phone.address for phone in phones if phone.kind is PhoneKind.SIP]

    async def ask(link: AmiLink) -> set[str]:
        return {account for account in accounts if await control.registered(link, account)}

    ready = switch.ask(ask) if accounts else set()
    for phone in phones:
        if phone.kind is not PhoneKind.SIP or phone.address in ready:
            return phone
    detail = Text(
        "请先打开软电话，或接通您的话机；没有话机的账号请管理员在“用户”中指定。",
        "Open the softphone or switch your phone on; without one, ask an administrator to give your user a phone.",
    )
    raise Problem(ProblemType.NO_PHONE, detail)


def dial_string(phone: Phone) -> str:
    """Return what the dialplan dials; raise `Problem` (409) for a phone that cannot be dialled."""
    try:
        return sip_address(phone.address) if phone.kind is PhoneKind.SIP else trunk_address(phone.address)
    except PlanError as error:
        raise Problem(ProblemType.NO_PHONE, Text("该电话号码无法拨打。", "This phone cannot be dialled.")) from error


def own_phone(phone: Phone) -> OwnPhone:
    """Return what a click calls first; raises `Problem` as `dial_string` does."""
    on_trunk = phone.kind is not PhoneKind.SIP
    number = normalise(phone.address) if on_trunk else ""
    return OwnPhone(dial_string(phone), number, key=on_trunk and phone.accept is Accept.KEY)


def names(session: Session, targets: set[str]) -> dict[str, str]:
    """Return who stands behind dial strings: a phone's person, else its label."""
    addresses = {target.removeprefix("PJSIP/").partition("@")[0]: target for target in targets}
    found = session.scalars(select(Phone).where(Phone.address.in_(addresses)).options(joinedload(Phone.person)))
    return {addresses[phone.address]: phone.person.name if phone.person else phone.label for phone in found}
